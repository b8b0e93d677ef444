import assert from "node:assert/strict";
import { Folder, rgd } from "./folder.ts";

const mall = (kind: string) => `apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: mall }
spec:
  schema: { apiVersion: v1alpha1, kind: Mall, spec: { size: integer | default=1 } }
  resources:
    - id: shop
      template: { apiVersion: kro.run/v1alpha1, kind: ${kind}, metadata: { name: tea }, spec: { sise: "\${schema.spec.size}" } }
`;
const MALL = "apiVersion: kro.run/v1alpha1\nkind: Mall\nmetadata: { name: big }\nspec: { size: 2 }\n";
const OFF = ["--rule", "pod-security=off"];

describe("kro-preview, of children whose kind is not known", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  const notesOf = async (args: readonly string[]): Promise<string[]> => {
    const { stdout, stderr } = await folder.run(args);
    return `${stderr}${stdout}`.split("\n").filter((line) => line.includes("no CRD or RGD is known"));
  };
  const COMMANDS = [["render"], ["policy", ...OFF], ["validate"]];

  it("tells of an RGD that is missing, in every command", async () => {
    folder = await Folder.make({ "empty/a.yaml": "", "new/mall.yaml": mall("Shop"), "new/big.yaml": MALL });
    const note =
      "note: Of Shop (kro.run/v1alpha1) no CRD or RGD is known: fields are not checked, and each counts as having a namespace. CRDs take --crds";
    for (const args of COMMANDS) assert.deepEqual(await notesOf([...args, "-f", "new"]), [`${note}.`], args[0]);
    assert.deepEqual(await notesOf(["diff", "empty", "new"]), [`${note} or --cluster.`]);
  });

  it("tells which kind was probably meant, and nothing where all are known", async () => {
    folder = await Folder.make({
      "bad/all.yaml": [mall("Shopp"), rgd(), MALL].join("---\n"),
      "good/all.yaml": [mall("Shop").replace("sise", "replicas"), rgd(), MALL].join("---\n"),
    });
    for (const args of COMMANDS) {
      const [note, ...others] = await notesOf([...args, "-f", "bad"]);
      assert.match(note!, /^note: Of Shopp \(kro\.run\/v1alpha1\) \(did you mean Shop\?\) no CRD or RGD is known/);
      assert.deepEqual([others, await notesOf([...args, "-f", "good"])], [[], []]);
    }
  });
});
