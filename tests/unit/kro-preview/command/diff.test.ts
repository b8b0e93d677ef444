import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Folder, rgd, shop } from "./folder.ts";

const signSchema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        size: {
          type: "integer",
          "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "a sign keeps its size" }],
        },
      },
    },
  },
};

const schema = JSON.parse(readFileSync(new URL("../../../../docs/preview.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

describe("kro-preview diff", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  it("shows what the difference of two folders does to each child, and what that costs", async () => {
    folder = await Folder.make({
      "old/rgd.yaml": rgd(),
      "old/shops.yaml": `${shop("tea")}---\n${shop("old")}`,
      "new/api/rgd.yaml": rgd({ image: "nginx:2" }),
      "new/shops.json": JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: [
          {
            apiVersion: "kro.run/v1alpha1",
            kind: "Shop",
            metadata: { name: "tea", namespace: "shops" },
            spec: { replicas: 2 },
          },
        ],
      }),
    });
    const { code, stdout, stderr } = await folder.run(["diff", "old", "new"]);
    assert.deepEqual([code, stderr], [2, ""]);
    assert.equal(
      stdout,
      `RGDs and instances: old to new
~  ResourceGraphDefinition shop [spec]
-  Shop shops/old
~  Shop shops/tea [spec]

What kro does

shops/old: 2 to delete
├─ deletion wave 2
│  └─ -  Deployment shops/old (10 fields)
└─ deletion wave 1
   └─ -  ConfigMap shops/old (5 fields)

shops/tea: 1 to update, 1 unchanged
├─ wave 2
│  └─ ~  Deployment shops/tea
│          spec.replicas: 1 => 2
│          spec.template.spec.containers[name=web].image: "nginx:1" => "nginx:2"
│          ! rollout: the pods of Deployment tea are replaced: 1 field changes
└─ 1 unchanged

note: Of the RGD shop, instances that are in no file were not looked for: that takes --cluster.
kro: 1 to update, 2 to delete, 1 unchanged. RGDs and instances: 2 to update, 1 to delete; 1 danger.
`,
    );
  });

  it("tells waves of deletion from those of creation in Markdown", async () => {
    folder = await Folder.make({ "a.yaml": `${rgd()}---\n${shop("tea")}`, "b.yaml": rgd() });
    const { stdout } = await folder.run(["diff", "a.yaml", "b.yaml", "--format", "markdown"]);
    assert.match(stdout, /`Deployment` \| `shops\/tea` \| 2 \(deletion\) \|/);
    assert.match(stdout, /subgraph d2 \["deletion wave 2"\][\s\S]*\n {2}d2 --> d1\n/);
  });

  it("has the exit codes and the JSON of carts preview, with a title in place of the stack", async () => {
    folder = await Folder.make({ "a.yaml": `${rgd()}---\n${shop("tea")}`, "b.yaml": `${rgd()}---\n${shop("tea")}` });
    const same = await folder.run(["diff", "a.yaml", "b.yaml"]);
    assert.deepEqual([same.code, same.stdout], [0, "No change: a.yaml to b.yaml.\n"]);
    await folder.write({ "b.yaml": `${rgd({ image: "nginx:2" })}---\n${shop("tea")}` });
    const [json, danger, allowed] = await Promise.all([
      folder.run(["diff", "a.yaml", "b.yaml", "--json"]),
      folder.run(["diff", "a.yaml", "b.yaml", "--fail-on-danger", "--output", "report.md", "--format", "markdown"]),
      folder.run(["diff", "a.yaml", "b.yaml", "--fail-on-danger", "--allow", "rollout", "--title", "shops"]),
    ]);
    const report = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.ok(validate(report), JSON.stringify(validate.errors));
    assert.deepEqual([json.code, report.title, "stack" in report], [2, "a.yaml to b.yaml", false]);
    assert.deepEqual([danger.code, danger.stdout], [3, ""]);
    assert.match(danger.stderr, /^error: the change is dangerous; to accept that: --allow rollout\n$/);
    assert.match(readFileSync(`${folder.path}/report.md`, "utf8"), /^<!-- kro-preview -->\n## Preview of `a.yaml to b/);
    assert.equal(allowed.code, 2);
    assert.match(allowed.stdout, /^RGDs and instances: shops$/m);
  });

  it("has instances in the order in which a reader counts", async () => {
    const shops = [27, 3, 100, 12].map((i) => shop(`svc${i}`)).join("---\n");
    folder = await Folder.make({ "a.yaml": `${rgd()}---\n${shops}`, "b.yaml": `${rgd({ image: "b" })}---\n${shops}` });
    const { stdout } = await folder.run(["diff", "a.yaml", "b.yaml"]);
    assert.match(stdout, /^shops\/svc3: 1 to update/m);
    assert.match(stdout, /change in the same fields: shops\/svc12, shops\/svc27, shops\/svc100$/m);
  });

  it("takes a folder without a file of YAML for an empty side, with a note", async () => {
    folder = await Folder.make({
      "empty/README.md": "",
      "other/x.txt": "",
      "new/a.yaml": `${rgd()}---\n${shop("tea")}`,
    });
    const { code, stdout } = await folder.run(["diff", "empty", "new"]);
    assert.equal(code, 2);
    assert.match(stdout, /^shops\/tea: 2 to create$/m);
    assert.match(stdout, /^note: The folder empty holds no \.yaml, \.yml or \.json file: that side is empty\.$/m);
    const both = await folder.run(["diff", "empty", "other"]);
    assert.equal(both.stderr, "error: neither empty nor other holds a .yaml, .yml or .json file\n");
    assert.match((await folder.run(["diff", "gone", "new"])).stderr, /^error: there is no file or folder gone\n$/);
  });

  it("compares Git revisions, and one with the working tree, without a checkout", async () => {
    folder = await Folder.make({
      "deploy/rgd.yaml": rgd(),
      "deploy/shop.yaml": shop("tea"),
      "chart/web.yaml": "{{- if .Values.a }}\nb: [\n{{ end }}",
    });
    await folder.git("init", "-q", "-b", "main");
    await folder.write({ ".gitignore": "ignored.yaml\n" });
    await folder.commit();
    await folder.write({ "deploy/shop.yaml": shop("tea", { replicas: 2 }) });
    await folder.commit();
    await folder.write({ "deploy/shop.yaml": shop("tea", { replicas: 3 }), "deploy/neu ü.yaml": shop("coffee") });
    await folder.write({ "deploy/ignored.yaml": shop("ignored") });
    const status = await folder.git("status", "--porcelain");
    const replicas = (text: string) => text.match(/spec\.replicas: .*/g);
    const [two, tree, below, glob] = await Promise.all([
      folder.run(["diff", "--from", "main~1", "--to", "main", "deploy"]),
      folder.run(["diff", "--from", "HEAD", "deploy"]),
      folder.run(["diff", "--from", "HEAD"], { cwd: "deploy" }),
      folder.run(["diff", "--from", "main~1", "--to", "main", "deploy/*shop.yaml", "-f", "deploy/rgd.yaml"]),
    ]);
    assert.deepEqual(replicas(two.stdout), ["spec.replicas: 1 => 2"], two.stderr);
    assert.deepEqual(replicas(glob.stdout), ["spec.replicas: 1 => 2"], glob.stderr);
    for (const run of [tree, below]) {
      assert.deepEqual([run.code, replicas(run.stdout)], [2, ["spec.replicas: 2 => 3"]], run.stderr);
      assert.match(run.stdout, /^RGDs and instances: HEAD to the working tree$/m);
      assert.match(run.stdout, /^\+ {2}Shop shops\/coffee$/m);
      assert.doesNotMatch(run.stdout, /ignored/);
    }
    const whole = await folder.run(["diff", "--from", "HEAD"]);
    assert.match(whole.stdout, /^note: chart\/web\.yaml was passed over: it is a template, which becomes YAML/m);
    assert.equal(await folder.git("status", "--porcelain"), status);
  });

  it("says of a number that it can't hold", async () => {
    const big = (last: number) => shop("tea").replace("spec: {}", `spec: { replicas: 900719925474099${last} }`);
    folder = await Folder.make({ "a/rgd.yaml": rgd(), "a/x.yaml": big(3), "b/rgd.yaml": rgd(), "b/x.yaml": big(2) });
    const { stdout } = await folder.run(["diff", "a", "b"]);
    assert.doesNotMatch(stdout, /b\/x\.yaml/);
    assert.match(stdout, /^note: a\/x\.yaml:6: 9007199254740993 is read as 9007199254740992, .* isn't seen\.$/m);
  });

  it("reads a folder beside the current one from Git as well, and what is the same has no change", async () => {
    folder = await Folder.make({ "deploy/rgd.yaml": rgd(), "deploy/shop.yaml": shop("tea"), "beside/x.txt": "" });
    await folder.git("init", "-q", "-b", "main");
    // Neither a name that is no UTF-8 nor a link, which Git keeps as a path, is one side's alone.
    await writeFile(
      Buffer.concat([Buffer.from(`${folder.path}/deploy/caf`), Buffer.from([0xe9, 0x2e, 0x79, 0x6d, 0x6c])]),
      shop("coffee"),
    );
    await folder.write({ "shops/rum": shop("rum") });
    await symlink("../shops/rum", `${folder.path}/deploy/rum.yaml`);
    await folder.commit();
    await folder.write({ "shops/rum": shop("rum", { replicas: 2 }) });
    const runs = [
      ["--from", "HEAD"],
      ["--from", "HEAD", "--to", "main"],
    ];
    for (const run of await Promise.all(
      runs.map((args) => folder.run(["diff", ...args, "../deploy"], { cwd: "beside" })),
    )) {
      assert.deepEqual([run.code, run.stderr], [0, ""], run.stdout);
    }
    await folder.write({ "deploy/shop.yaml": "" });
    const { stdout } = await folder.run(["diff", "--from", "HEAD", "../deploy"], { cwd: "beside" });
    assert.match(stdout, /^shops\/tea: 2 to delete$/m);
  });

  it("takes no pattern for every field: in a pipeline an empty one is a variable that isn't set", async () => {
    folder = await Folder.make({ "a.yaml": `${rgd()}---\n${shop("tea")}`, "b.yaml": `${rgd()}---\n${shop("rum")}` });
    for (const pattern of ["", ".", "[", '["\\q"]']) {
      const { code, stderr } = await folder.run(["diff", "a.yaml", "b.yaml", "--ignore-paths", pattern]);
      assert.equal(code, 1);
      assert.match(stderr, /^error: --ignore-paths: ".*" is no path of a field, such as spec\.replicas\n$/);
    }
  });

  it("leaves fields out that nobody wants to see, counts them, and keeps their dangers", async () => {
    folder = await Folder.make({
      "a.yaml": `${rgd()}---\n${shop("tea")}`,
      "b.yaml": `${rgd({ image: "nginx:2" })}---\n${shop("tea", { replicas: 2, open: true })}`,
    });
    const ignored = ["--ignore-paths", "spec.replicas", "spec.template.spec.containers[*].image"];
    const { code, stdout } = await folder.run(["diff", "a.yaml", "b.yaml", ...ignored]);
    assert.match(stdout, /ConfigMap shops\/tea\n.*data\.open: "false" => "true"/);
    assert.doesNotMatch(stdout, /spec\.replicas|image:/);
    assert.match(stdout, /^note: Left out, as --ignore-paths says: 2 fields\.$/m);
    assert.match(stdout, /! rollout: /);
    assert.equal(code, 2);
  });

  it("takes CRDs from what is compared, and has no doubt of whose their kinds are", async () => {
    const crd = {
      ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
      metadata: { name: "signs.example.com" },
      spec: {
        ...{ group: "example.com", scope: "Namespaced", names: { kind: "Sign", plural: "signs" } },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: signSchema } }],
      },
    };
    const sign =
      "    - id: sign\n      template:\n        apiVersion: example.com/v1\n        kind: Sign\n" +
      "        metadata: { name: sign }\n        spec: { size: '${schema.spec.replicas}' }\n";
    const definition = `${rgd()}${sign}`;
    folder = await Folder.make({
      ...{ "old/rgd.yaml": definition, "old/shop.yaml": shop("tea"), "old/crd.json": JSON.stringify(crd) },
      ...{
        "new/rgd.yaml": definition,
        "new/shop.yaml": shop("tea", { replicas: 2 }),
        "new/crd.json": JSON.stringify(crd),
      },
    });
    const { stdout } = await folder.run(["diff", "old", "new"]);
    assert.match(stdout, /! immutable-field: spec\.size of Sign sign can't be changed in place/);
    assert.doesNotMatch(stdout, /no CRD or RGD is known|was not looked at/);
    const without = await folder.run(["diff", "old/shop.yaml", "new/shop.yaml", "-f", "old/rgd.yaml"]);
    assert.match(without.stdout, /Of Sign \(example\.com\/v1\) no CRD or RGD is known/);
  });

  it("says in one line what is wrong, and where", async () => {
    folder = await Folder.make({
      "good.yaml": rgd(),
      "bad.yaml": `${rgd()}---\n${rgd({ kind: "Other" }).replace("schema.spec.replicas", "schema.spec.replica")}`,
      "text.yaml": "a: b\nc: [d\n",
      "shop.yaml": `${rgd()}---\n\n${shop("tea", { replicas: "many" })}`,
      "none/x.txt": "",
    });
    const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [["good.yaml", "bad.yaml"], /^error: bad\.yaml:\d+: ResourceGraphDefinition other: node "web".*undefined field/],
      [["good.yaml", "text.yaml"], /^error: text\.yaml:\d is not YAML: /],
      [["good.yaml", "shop.yaml"], /^error: shop\.yaml:\d+: instance shops\/tea: spec\.replicas: /],
      [["good.yaml", "nosuch.yaml"], /^error: there is no file or folder nosuch\.yaml$/m],
      [["good.yaml", "*.nosuch"], /^error: no file matches \*\.nosuch$/m],
      [["good.yaml"], /^error: two files or folders are compared, or --from/],
      [["--to", "HEAD"], /^error: --to .* needs --from$/m],
      [["--from", "HEAD"], /^error: this folder is in no Git repository: .*\n$/],
      [
        ["good.yaml", "good.yaml", "--output", "/no/where/x"],
        /^error: cannot write \/no\/where\/x: there is no folder/,
      ],
      [["a", "b", "--allow", "nosuch"], /^error: option '--allow <danger,...>' argument 'nosuch' is invalid/],
      [["a", "b", "--allow", "rolout"], /There is no danger "rolout" \(did you mean rollout\?\)\.$/m],
    ];
    for (const [args, says] of cases) {
      const { code, stdout, stderr } = await folder.run(["diff", ...args]);
      assert.deepEqual([code, stdout], [1, ""], args.join(" "));
      assert.match(stderr, says);
      assert.ok(stderr.trim().split("\n").length <= 2, stderr);
    }
    await folder.git("init", "-q");
    const { stderr } = await folder.run(["diff", "--from", "nosuch"]);
    assert.match(stderr, /^error: there is no revision "nosuch" in this repository; a shallow clone lacks .*\n$/);
  });
});
