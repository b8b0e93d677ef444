import assert from "node:assert/strict";
import { Folder, rgd, shop } from "./folder.ts";

const RGD = `# An RGD with faults.
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata:
  name: shop
spec:
  schema:
    apiVersion: v1alpha1
    kind: Shop
    validation:
      - expression: a
    spec:
      image: string
      size: integr
  resources:
    - id: web
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \${schema.metadata.nmae}
        spec:
          replica: 1
    - id: config
      deletionPolicy: Orphaned
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: a }
        data: { price: "\${x" }
`;

const GOOD = `apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: shop }
spec:
  schema:
    apiVersion: v1alpha1
    kind: Shop
    spec: { image: string, size: integer }
  resources: []
`;

describe("kro-preview validate", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  it("takes paths without an option", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd() });
    const { code, stdout } = await folder.run(["validate", "rgd.yaml"]);
    assert.deepEqual([code, stdout], [0, "1 RGD: 0 errors, 0 notes\n"]);
  });

  it("writes every finding with file, line, node, path, expression and what helps", async () => {
    folder = await Folder.make({ "api/rgd.yaml": RGD });
    const { code, stdout, stderr } = await folder.run(["validate", "-f", "api"]);
    assert.deepEqual([code, stderr], [1, ""]);
    const lines = stdout.split("\n");
    const places = lines.filter((line) => line.startsWith("api/")).map((line) => line.replace(/: [^:]*\[/, " ["));
    assert.deepEqual(places, [
      "api/rgd.yaml:10: note: schema validation: RGDs have no validation [unknown-key]",
      "api/rgd.yaml:14: error: schema spec.size, integr [schema]",
      "api/rgd.yaml:21: error: node web metadata.name, ${schema.metadata.nmae} [expression]",
      "api/rgd.yaml:23: error: node web spec.replica [field]",
      "api/rgd.yaml:25: note: node config deletionPolicy [deletion-policy]",
      'api/rgd.yaml:30: note: node config data.price, ${x: "${" is never closed [unterminated-expression]',
    ]);
    assert.match(stdout, /^ {2}close it, or write the text within an expression/m);
    assert.match(stdout, /^1 RGD: 3 errors, 3 notes\n$/m);
  });

  it("writes JSON with the same", async () => {
    folder = await Folder.make({ "rgd.yaml": RGD });
    const { code, stdout } = await folder.run(["validate", "-f", "rgd.yaml", "--format", "json"]);
    const { version, findings } = JSON.parse(stdout);
    assert.deepEqual([code, version, findings.length], [1, 1, 6]);
    const { problem, source, ...rest } = findings[2];
    assert.match(problem, /nmae/);
    assert.match(source, /^https:/);
    assert.deepEqual(rest, {
      ...{ definition: "shop", file: "rgd.yaml", line: 21, id: "expression", severity: "error", node: "web" },
      ...{ path: "metadata.name", expression: "${schema.metadata.nmae}" },
    });
  });

  it("exits with 0 where kro takes the RGD, and with 1 for a note where it is strict", async () => {
    folder = await Folder.make({
      "rgd.yaml": GOOD,
      "note.yaml": GOOD.replace("resources: []", "resources: []\n  a: b"),
    });
    const [good, note, strict] = await Promise.all([
      folder.run(["validate", "-f", "rgd.yaml"]),
      folder.run(["validate", "-f", "-"], { stdin: GOOD.replace("resources: []", "resources: []\n  a: b") }),
      folder.run(["validate", "-f", "note.yaml", "--strict"]),
    ]);
    assert.deepEqual([good.code, good.stdout], [0, "1 RGD: 0 errors, 0 notes\n"]);
    assert.deepEqual([note.code, strict.code], [0, 1]);
    assert.match(note.stdout, /^-:10: note: spec\.a: RGDs have no a: .* \[unknown-key\]$/m);
  });

  it("refuses an RGD of a version that kro doesn't serve, and so do render and diff", async () => {
    const later = rgd().replace("apiVersion: kro.run/v1alpha1", "apiVersion: kro.run/v1");
    folder = await Folder.make({ "new/rgd.yaml": later, "new/shop.yaml": shop("tea"), "old/rgd.yaml": rgd() });
    const [validated, rendered, compared] = await Promise.all([
      folder.run(["validate", "-f", "new/rgd.yaml"]),
      folder.run(["render", "-f", "new"]),
      folder.run(["diff", "old", "new"]),
    ]);
    const problem = "kro 0.9.4 serves RGDs as kro.run/v1alpha1, and not as kro.run/v1";
    assert.deepEqual([validated.code, rendered.code, compared.code], [1, 1, 1]);
    assert.match(
      validated.stdout,
      new RegExp(`^new/rgd\\.yaml:2: error: apiVersion: ${problem} \\[rgd-schema\\]$`, "m"),
    );
    assert.match(rendered.stderr, new RegExp(`^error: new/rgd\\.yaml:2: .*${problem}`));
    assert.match(compared.stderr, new RegExp(`^error: new/rgd\\.yaml:2: .*${problem}`));
  });

  it("finds what is wrong with an RGD that lacks what every RGD has, and within a list", async () => {
    const broken = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", metadata: { name: "a" } };
    folder = await Folder.make({ "list.json": JSON.stringify({ kind: "List", apiVersion: "v1", items: [broken] }) });
    const { code, stdout } = await folder.run(["validate", "-f", "list.json"]);
    assert.equal(code, 1);
    assert.match(stdout, /^list\.json:1: error: .*must be there \[rgd-schema\]$/m);
  });

  it("holds RGDs against what is there now, in files or in a Git revision", async () => {
    folder = await Folder.make({ "rgd.yaml": GOOD, "old/rgd.yaml": GOOD });
    await folder.git("init", "-q", "-b", "main");
    await folder.commit();
    await folder.write({ "rgd.yaml": GOOD.replace("kind: Shop", "kind: Store").replace("image: string, ", "") });
    const [alone, before, from] = await Promise.all([
      folder.run(["validate", "-f", "rgd.yaml"]),
      folder.run(["validate", "-f", "rgd.yaml", "--before", "old"]),
      folder.run(["validate", "-f", "rgd.yaml", "--from", "main"]),
    ]);
    assert.equal(alone.code, 0);
    for (const { code, stdout } of [before, from]) {
      assert.equal(code, 1);
      assert.match(stdout, /^rgd\.yaml:7: error: schema kind: can't change from "Shop" to "Store" \[immutable\]$/m);
      assert.match(stdout, /^rgd\.yaml:8: error: schema spec\.image: is removed \[breaking-change\]$/m);
    }
  });

  it("tells which RGDs are not in what is there now, as no change of them is looked at", async () => {
    folder = await Folder.make({
      "rgd.yaml": GOOD,
      "old/rgd.yaml": GOOD,
      "bar/rgd.yaml": rgd({ kind: "Bar" }),
      "empty/a.yaml": "",
    });
    await folder.git("init", "-q", "-b", "main");
    await folder.commit();
    await folder.write({ "rgd.yaml": GOOD.replace("name: shop", "name: store") });
    const notes = async (...args: string[]) => {
      const { code, stderr } = await folder.run(["validate", "-f", "rgd.yaml", ...args]);
      assert.equal(code, 0);
      return stderr;
    };
    const none = "it counts as new, and no change of it was looked at.\n";
    assert.equal(await notes("--before", "bar", "old"), `note: There is no RGD store in bar, old: ${none}`);
    assert.equal(await notes("--from", "main"), `note: There is no RGD store in main: ${none}`);
    assert.equal(await notes("--before", "empty"), "note: There is no RGD in empty: no change was looked at.\n");
    await folder.write({ "rgd.yaml": GOOD });
    assert.equal(await notes("--before", "old"), "");
  });

  it("passes over templates in a folder, and says so", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd(), "chart/web.yaml": "kind: {{ .Values.kind }}\na: {{ b\n" });
    const { code, stdout, stderr } = await folder.run(["validate", "-f", "."]);
    assert.deepEqual([code, stdout], [0, "1 RGD: 0 errors, 0 notes\n"]);
    assert.match(stderr, /^note: chart\/web\.yaml was passed over: it is a template/);
  });

  it("says what it can't read", async () => {
    folder = await Folder.make({ "a.yaml": "a: [", "b.yaml": "kind: ConfigMap\napiVersion: v1\n" });
    const runs = await Promise.all([
      folder.run(["validate"]),
      folder.run(["validate", "-f", "a.yaml"]),
      folder.run(["validate", "-f", "b.yaml"]),
      folder.run(["validate", "-f", "b.yaml", "--before", "a.yaml", "--from", "main"]),
    ]);
    assert.deepEqual(
      runs.map(({ code, stdout }) => [code, stdout]),
      Array(4).fill([1, ""]),
    );
    const [none, yaml, empty, both] = runs.map(({ stderr }) => stderr);
    assert.match(none!, /-f names files or folders/);
    assert.match(yaml!, /a\.yaml:\d+ is not YAML/);
    assert.match(empty!, /no ResourceGraphDefinition in b\.yaml/);
    assert.match(both!, /give one/);
  });
});
