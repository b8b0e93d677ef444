import assert from "node:assert/strict";
import { Folder, rgd, shop } from "./folder.ts";

const OFF = ["--rule", "pod-security=off"];

describe("kro-preview, of what is in the files twice", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  const noted = async (args: readonly string[]) => {
    const run = await folder.run(args);
    return { ...run, notes: `${run.stderr}${run.stdout}`.split("\n").filter((line) => line.startsWith("note: ")) };
  };

  it("takes the last of an RGD and of an instance, and tells so", async () => {
    folder = await Folder.make({
      "a.yaml": [rgd(), shop("tea", { replicas: 2 })].join("---\n"),
      "b.yaml": [rgd({ image: "apache:1" }), shop("tea", { replicas: 3 })].join("---\n"),
    });
    const told = (done: string) => [
      `note: ResourceGraphDefinition shop is in a.yaml:2 and in b.yaml:2: ${done}.`,
      `note: Shop shops/tea is in a.yaml:38 and in b.yaml:38: ${done}.`,
    ];
    const rendered = await noted(["render", "-f", "."]);
    assert.deepEqual(rendered.notes, told("the latter was taken"));
    assert.match(rendered.stdout, /^ {2}replicas: 3$[\s\S]*image: apache:1$/m);
    assert.equal(rendered.stdout.match(/^kind: Deployment$/gm)?.length, 1);
    const { notes, stdout } = await noted(["policy", "-f", ".", ...OFF]);
    assert.deepEqual(notes, told("the latter was taken"));
    assert.match(stdout, /in 2 children of 1 instance\n$/);
    const validated = await noted(["validate", "-f", "."]);
    assert.deepEqual([validated.code, validated.notes], [0, told("both were looked at")]);
  });

  it("gives an API that two RGDs make to the first, as kro refuses the other", async () => {
    const other = rgd({ image: "apache:1" }).replace("name: shop", "name: store");
    folder = await Folder.make({ "a.yaml": rgd(), "b.yaml": other, "shop.yaml": shop("tea") });
    const validated = await noted(["validate", "-f", "."]);
    assert.equal(validated.code, 1);
    assert.equal(
      validated.stdout,
      "b.yaml:9: error: schema kind: its API Shop is that of the RGD shop [taken-api]\n  give it another kind or group, or remove one of the two\n2 RGDs: 1 error, 0 notes\n",
    );
    const note =
      "note: The RGDs shop (a.yaml:2) and store (b.yaml:2) make the same API, Shop of kro.run: kro gives it to the one that is there first, and refuses the other.";
    const rendered = await noted(["render", "-f", "."]);
    assert.deepEqual(rendered.notes, [note]);
    assert.match(rendered.stdout, /image: nginx:1/);
    assert.deepEqual((await noted(["policy", "-f", ".", ...OFF])).notes, [note]);
  });
});
