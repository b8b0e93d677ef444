import assert from "node:assert/strict";
import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { Folder, rgd, shop } from "./folder.ts";

type Json = Record<string, unknown>;

/** The documents of a YAML stream, as a reader of YAML 1.1 takes them. */
const documents = (text: string): Json[] =>
  parseAllDocuments(text, { version: "1.1" }).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as Json;
  });

describe("kro-preview render", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  it("says what is wrong in one line, whatever names hold", async () => {
    const name = "tea\n::error::\u001b[2J\u202e";
    const bad = { apiVersion: "kro.run/v1alpha1", kind: "Shop", metadata: { name }, spec: {} };
    folder = await Folder.make({
      "rgd.yaml": rgd(),
      "old.yaml": shop("rum"),
      "shop\u001b[2J.json": JSON.stringify(bad),
    });
    for (const args of [
      ["render", "-f", "rgd.yaml", "-i", "shop\u001b[2J.json"],
      ["diff", "old.yaml", "shop\u001b[2J.json", "-f", "rgd.yaml"],
    ]) {
      const { code, stderr } = await folder.run(args);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^error: shop\\u001b\[2J\.json:1: instance default\/tea\\n::error::\\u001b\[2J\\u202e: [ -~]*\n$/,
      );
    }
  });

  it("refuses an instance whose metadata the API server wouldn't take, with its line", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd() });
    for (const [metadata, problem] of Object.entries({
      null: "metadata: null must be a map, with a name",
      hello: 'metadata: "hello" must be a map, with a name',
      "{ name: }": "metadata.name: null must be text",
      "{ name: 12 }": "metadata.name: 12 must be text",
      "{ name: a, namespace: [] }": "metadata.namespace: [] must be text",
      "{ name: a, labels: [a] }": 'metadata.labels: ["a"] must be a map of texts',
      "{ name: a, annotations: { b: 1 } }": 'metadata.annotations["b"]: 1 must be text',
    })) {
      const stdin = `apiVersion: kro.run/v1alpha1\nkind: Shop\nmetadata: ${metadata}\nspec: {}\n`;
      const { code, stderr } = await folder.run(["render", "-f", "rgd.yaml", "-i", "-"], { stdin });
      assert.deepEqual([code, stderr], [1, `error: -:1: ${problem}\n`]);
    }
  });

  it("writes children as YAML in kro's order, with a placeholder for what only the cluster can know", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd(), "shop.yaml": shop("tea", { replicas: 2 }) });
    const { code, stdout, stderr } = await folder.run(["render", "-f", "rgd.yaml", "-i", "shop.yaml"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(
      stdout,
      `---
# shops/tea, wave 1: config
apiVersion: v1
kind: ConfigMap
metadata:
  name: tea
  namespace: shops
data:
  open: "false"
---
# shops/tea, wave 2: web
apiVersion: apps/v1
kind: Deployment
metadata:
  name: tea
  annotations:
    config: known-after-apply # known after apply: \${config.metadata.resourceVersion}
  namespace: shops
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1
`,
    );
  });

  it("writes placeholders of the type that a field has, and texts that no reader takes for something else", async () => {
    const fields = `
        spec:
          replicas: \${config.metadata.generation}
          paused: \${config.metadata.generation > 1}
          template:
            metadata: { labels: "\${config.metadata.labels}", finalizers: "\${config.metadata.finalizers}" }
            spec: { containers: [{ name: a, image: a }] }
          selector: { matchLabels: { a: "yes", b: "010", c: "1e3", d: "0o7", e: "y", f: "1:30", g: "2026-01-01" } }
`;
    folder = await Folder.make({
      "rgd.yaml": rgd().replace(/\n {8}spec:\n {10}replicas[\s\S]*?(?=\n {4}- id: config)/, fields.trimEnd()),
      "shop.yaml": shop("tea"),
    });
    const { stdout, stderr } = await folder.run(["render", "-f", "."]);
    const spec = documents(stdout)[1]?.spec as Json;
    const { selector, ...others } = spec;
    assert.deepEqual(
      others,
      {
        replicas: 0,
        paused: false,
        template: { metadata: { labels: {}, finalizers: [] }, spec: { containers: [{ name: "a", image: "a" }] } },
      },
      stderr,
    );
    const labels = { a: "yes", b: "010", c: "1e3", d: "0o7", e: "y", f: "1:30", g: "2026-01-01" };
    assert.deepEqual(selector, { matchLabels: labels });
    assert.match(stdout, /replicas: 0 # known after apply: \$\{config\.metadata\.generation\}\n/);
    for (const text of Object.values(labels)) assert.ok(stdout.includes(`"${text}"`), text);
  });

  it("tells what it does not evaluate, and what kro can't make, within an instance of an instance as well", async () => {
    const inner = `
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: inner }
spec:
  schema: { apiVersion: v1alpha1, kind: Inner, spec: { at: integer } }
  resources:
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: a }
        data:
          time: '\${string(timestamp("2026-01-01T00:00:00+02:00"))}'
          item: \${["a"][schema.spec.at]}
`;
    const outer = inner
      .replace("name: inner", "name: outer")
      .replace("kind: Inner", "kind: Outer")
      .replace(/- id: config[\s\S]*/, "- id: inner\n      template:\n")
      .concat("        apiVersion: kro.run/v1alpha1\n        kind: Inner\n        metadata: { name: b }\n")
      .concat("        spec: { at: '${schema.spec.at}' }\n");
    folder = await Folder.make({ "rgds.yaml": `${inner}---${outer}`, "tea.yaml": shop("tea", { at: 7 }, "Outer") });
    const { stdout, stderr } = await folder.run(["render", "-f", "."]);
    assert.match(stdout, /time: known-after-apply # not evaluated: \$\{string\(timestamp/);
    assert.match(stderr, /^note: Node config: data\.time is not evaluated, as .* is not supported in previews/m);
    assert.match(stderr, /^note: shops\/tea: data\.item: .*index 7/m);
    const policy = await folder.run(["policy", "-f", "."]);
    assert.match(policy.stdout, /^note: Node config: data\.time is not evaluated/m);
    assert.match(policy.stdout, /^note: shops\/tea: data\.item: .*index 7/m);
  });

  it("reads files, folders, globs and stdin, each once, and YAML as Kubernetes reads it", async () => {
    const list = `# kubectl get -o yaml
---
---
apiVersion: v1
kind: List
items:
- {apiVersion: kro.run/v1alpha1, kind: Shop, metadata: {name: a, namespace: shops}, spec: {open: yes, replicas: 010}}
- {apiVersion: kro.run/v1alpha1, kind: Shop, metadata: {name: b, namespace: shops}, spec: {open: "on" }}
`;
    folder = await Folder.make({
      "api/deep/rgd.yaml": rgd(),
      "api/values.yml": "replicas: 3\n",
      "shops/1.json": shop("x").replace(
        /[\s\S]*/,
        JSON.stringify(
          JSON.parse('{"apiVersion":"kro.run/v1alpha1","kind":"Shop","metadata":{"name":"c"},"spec":{"open":true}}'),
        ),
      ),
      "shops/2.yaml": "---\n# nothing\n---\n",
      "shops/3.yaml": shop("d", { open: false }),
    });
    const args = ["render", "-f", "api", "-i", "shops/[12].*", "shops/1.json", "-"];
    const wrong = await folder.run(args, { stdin: list });
    assert.match(wrong.stderr, /^error: -:8: instance shops\/b: spec\.open: .*\n$/);
    const { stdout, stderr, code } = await folder.run(args, { stdin: list.replace('"on"', "on") });
    assert.equal(code, 0, stderr);
    const configs = documents(stdout).filter(({ kind }) => kind === "ConfigMap");
    assert.deepEqual(
      configs.map(({ metadata, data }) => [metadata, data]),
      [
        [{ name: "c", namespace: "default" }, { open: "true" }],
        [{ name: "a", namespace: "shops" }, { open: "true" }],
        [{ name: "b", namespace: "shops" }, { open: "true" }],
      ],
    );
    assert.deepEqual(
      documents(stdout).flatMap(({ spec }) => (spec as Json | undefined)?.replicas ?? []),
      [1, 8, 1],
    );
    assert.match(stderr, /^note: api\/values\.yml:1 was passed over: it is no Kubernetes object\.\n$/);
  });

  it("takes paths without an option for those of -f, and its own settings for no object", async () => {
    folder = await Folder.make({ "a/rgd.yaml": rgd(), "a/kro-preview.yaml": "policy: {}\n", "tea.yaml": shop("tea") });
    const [bare, named] = await Promise.all([
      folder.run(["render", "a", "tea.yaml"]),
      folder.run(["render", "-f", "a", "-i", "tea.yaml"]),
    ]);
    assert.deepEqual([bare.code, bare.stderr], [0, ""]);
    assert.equal(bare.stdout, named.stdout);
    const none = await folder.run(["render", "a", "tea.yaml", "--crds", "a/rgd.yaml"]);
    assert.equal(none.stderr, "note: There is no CustomResourceDefinition in what --crds names: a/rgd.yaml.\n");
  });

  it("makes an example instance of an RGD's schema where that is asked for", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd().replace("default=1", "default=3") });
    const { stdout, code } = await folder.run(["render", "-f", "rgd.yaml", "--example"]);
    assert.equal(code, 0);
    const [instance, ...children] = documents(stdout);
    assert.deepEqual(instance?.spec, { replicas: 3, open: false });
    assert.deepEqual(
      children.map(({ kind }) => kind),
      ["ConfigMap", "Deployment"],
    );
    const again = await folder.run(["render", "-f", "rgd.yaml", "-i", "-"], { stdin: stdout.split("---\n")[1] });
    assert.equal(again.stdout, `---\n${stdout.split("---\n").slice(2).join("---\n")}`, "it is an instance");
    const json = await folder.run(["render", "-f", "rgd.yaml", "--example", "--format", "json"]);
    assert.deepEqual(JSON.parse(json.stdout), { apiVersion: "v1", kind: "List", items: children });
  });

  it("writes a file for each child, and nothing outside the folder, whatever the names", async () => {
    const hostile = rgd().replace(
      "name: ${schema.metadata.name}\n        data",
      'name: "../../../../evil/x"\n        data',
    );
    folder = await Folder.make({
      "rgd.yaml": hostile,
      "shops.yaml": `${shop("tea")}---\n${shop("coffee")}`,
      "evil/x": "",
    });
    const { code, stdout, stderr } = await folder.run(["render", "-f", ".", "--output-dir", "out"]);
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    const files = (await readdir(join(folder.path, "out"), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    assert.deepEqual(
      files.map(({ parentPath, name }) => join(parentPath, name).slice(join(folder.path, "out/").length)).sort(),
      [
        "shops/coffee/01-configmap-.._.._.._.._evil_x.yaml",
        "shops/coffee/02-deployment-coffee.yaml",
        "shops/tea/01-configmap-.._.._.._.._evil_x.yaml",
        "shops/tea/02-deployment-tea.yaml",
      ],
    );
    const deployment = await readFile(join(folder.path, "out/shops/tea/02-deployment-tea.yaml"), "utf8");
    assert.equal(documents(deployment)[0]?.kind, "Deployment");
    await folder.write({ "linked/x": "" });
    await symlink(join(folder.path, "evil"), join(folder.path, "linked/shops"));
    const linked = await folder.run(["render", "-f", "rgd.yaml", "shops.yaml", "--output-dir", "linked"]);
    assert.equal(linked.code, 1);
    assert.match(linked.stderr, /^error: cannot write to linked: .*linked\/shops is no folder of its own\n$/);
    assert.deepEqual(await readdir(join(folder.path, "evil")), ["x"]);
  });

  it("says in one line what is missing or wrong, and where", async () => {
    folder = await Folder.make({
      "rgd.yaml": rgd(),
      "broken.yaml": `\n# an RGD\n${rgd().replace("schema.spec.replicas", "schema.spec.replica")}`,
      "no-name.yaml": rgd().replace("name: shop\n", "labels: {}\n"),
      "shop.yaml": shop("tea"),
      "other.yaml": `${shop("tea")}---\n${shop("x", {}, "Kiosk")}`,
      "twice.yaml": "a: 1\na: 2\n",
      "laughs.yaml": `a0: &a0 [x, x]\n${Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join("")}`,
      "key.yaml": `${shop("tea")}---\na:\n  ? [1, 2]\n  : 3\n`,
      "map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    });
    const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [[], /^error: nothing to render: -f names RGDs, -i instances$/m],
      [
        ["-f", "rgd.yaml"],
        /^error: there is no instance of shop: -i names one \(a kro.run\/v1alpha1 Shop\), --example/,
      ],
      [["-f", "map.yaml"], /^error: there is no ResourceGraphDefinition in what -f names, which has 1 object$/m],
      [["-i", "shop.yaml"], /^error: shop\.yaml:1: none of the RGDs makes a kro\.run\/v1alpha1 Shop: -f names its RGD/],
      [
        ["-f", "rgd.yaml", "-i", "other.yaml"],
        /^error: other\.yaml:\d+: none of the RGDs makes a .* Kiosk: .*they make/,
      ],
      [["-f", "broken.yaml", "shop.yaml"], /^error: broken\.yaml:4: node "web", at spec\.replicas, /],
      [["-f", "no-name.yaml"], /^error: no-name\.yaml:2: the RGD has no name, schema or resources$/m],
      [
        ["-f", "twice.yaml"],
        /^error: twice\.yaml:2 is not YAML: .*unique.*; between two objects there must be a line of ---$/m,
      ],
      [["-f", "laughs.yaml"], /^error: laughs\.yaml:1 is not YAML: Excessive alias count/m],
      [["-f", "key.yaml"], /^error: key\.yaml:\d+ is not YAML: a key is a list, a map or null, and not a text$/m],
      [
        ["-f", "rgd.yaml", "--example", "-o", "x", "--output-dir", "y"],
        /^error: --output and --output-dir: one of them$/m,
      ],
      [
        ["-f", "gone.yaml", "-o", "no/x"],
        /^error: cannot write no\/x: there is no folder \/.*\/no: make it, or name another file with --output\n$/,
      ],
      [["-f", "gone.yaml", "-o", "."], /^error: cannot write \.: it is a folder: name a file in it with --output\n$/],
      [
        ["-f", "gone.yaml", "--output-dir", "shop.yaml"],
        /^error: --output-dir shop\.yaml: it is a file: name a folder/,
      ],
    ];
    for (const [args, says] of cases) {
      const { code, stdout, stderr } = await folder.run(["render", ...args]);
      assert.deepEqual([code, stdout], [1, ""], args.join(" "));
      assert.match(stderr, says);
    }
  });
});
