import assert from "node:assert/strict";
import { Folder, shop } from "./folder.ts";

const rgdWith = (list: string, image = "nginx:1", expression = "schema.spec.workers"): string => `
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: shop }
spec:
  schema:
    apiVersion: v1alpha1
    kind: Shop
    spec: { workers: '${list}', more: { names: "[]string" } }
  resources:
    - id: workers
      forEach: [{ worker: "\${${expression}}" }]
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: "\${schema.metadata.name}-\${worker}" }
        spec:
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: web, image: "${image}" }] }
`;

const PROBLEM =
  "forEach.worker: ${schema.spec.workers} has no value here: No such key: workers; the RGD's schema would have to give it | default=[]";

describe("kro-preview, of a collection over a list that an instance leaves out", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  it("has a note in validate, unless the list has a default, or has to be there", async () => {
    folder = await Folder.make({
      "a.yaml": rgdWith("[]string"),
      "nested.yaml": rgdWith("[]string", "nginx:1", "schema.spec.more.names"),
      "default.yaml": rgdWith("[]string | default=[]"),
      "required.yaml": rgdWith("[]string | required=true"),
      "orValue.yaml": rgdWith("[]string", "nginx:1", "schema.spec.?workers.orValue([])"),
    });
    const of = async (file: string) => (await folder.run(["validate", "-f", file])).stdout;
    assert.equal(
      await of("a.yaml"),
      "a.yaml:12: note: node workers forEach.worker, ${schema.spec.workers}: schema.spec.workers has no default: an instance without it is stuck [optional-list]\n  add | default=[]\n1 RGD: 0 errors, 1 note\n",
    );
    assert.match(await of("nested.yaml"), /: schema\.spec\.more has no default: .*\n {2}give it a default/);
    for (const file of ["default.yaml", "required.yaml", "orValue.yaml"]) {
      assert.equal(await of(file), "1 RGD: 0 errors, 0 notes\n", file);
    }
  });

  it("tells what helps, says one thing only, and shows no rollout of what kro can't make", async () => {
    folder = await Folder.make({
      "old/rgd.yaml": rgdWith("[]string"),
      "new/rgd.yaml": rgdWith("[]string", "nginx:2"),
      "old/shop.yaml": shop("tea"),
      "new/shop.yaml": shop("tea"),
    });
    const { stdout, stderr } = await folder.run(["render", "-f", "old"]);
    assert.equal(stderr, `note: shops/tea: ${PROBLEM}.\n`);
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.startsWith("#")),
      ["# shops/tea, wave 1: workers", `# kro can't make it: ${PROBLEM}`],
    );
    const diff = await folder.run(["diff", "old", "new", "--format", "json"]);
    const { dangers, children } = JSON.parse(diff.stdout);
    assert.deepEqual(
      dangers.map(({ name, message }: Record<string, string>) => [name, message]),
      [["never-ready", PROBLEM]],
    );
    assert.equal(children[0].condition, undefined);
  });
});
