import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatResults } from "../../../../packages/kro-preview/testing/formatResults.ts";
import { runTests } from "../../../../packages/kro-preview/testing/runTests.ts";
import { Folder, rgd } from "./folder.ts";

const docs = await readFile(new URL("../../../../docs/test-fixtures.md", import.meta.url), "utf8");
/** A fenced block of the page, after a text. */
const block = (after: string, nth = 1): string =>
  docs
    .slice(docs.indexOf(after))
    .split(/^```\w*\n/m)
    [2 * nth - 1]!.split(/^```$/m)[0]!;

const CI = { CI: "" };
const instance = (spec = "{}", name = "tea"): string =>
  `{ apiVersion: kro.run/v1alpha1, kind: Shop, metadata: { name: ${name}, namespace: shops }, spec: ${spec} }`;
/** A file with one test. */
const fixture = (expect: string, more = `instance: ${instance()}`): string =>
  `definitions: rgd.yaml\ntests:\n  - name: t\n    ${more}\n    expect: ${expect}\n`;

describe("kro-preview test", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  /** How the one test of a file fails, as the command prints it. In this process: a command for each would take minutes. */
  const failuresOf = async (text: string): Promise<string> => {
    await folder.write({ "t.test.yaml": text });
    const { files } = await runTests([folder.path]);
    return formatResults(files, { color: false, width: 120 })
      .split("\n")
      .filter((line) => line.startsWith("       "))
      .map((line) => line.slice(7))
      .join("\n");
  };

  it("shows no secret of a child whose kind a test leaves out", async () => {
    const secret = "{ apiVersion: v1, kind: Secret, metadata: { name: s }, data: { key: aHVzaA== } }";
    folder = await Folder.make({ "rgd.yaml": `${rgd()}    - { id: s, template: ${secret} }\n` });
    for (const left of ["", "kind: Secret, ", "apiVersion: v1, "]) {
      const told = await failuresOf(fixture(`{ children: [{ ${left}node: s, data: { key: b3RoZXI= } }] }`));
      assert.match(told, /is not as expected/);
      assert.doesNotMatch(told, /aHVzaA/);
    }
  });

  it("runs the example of docs/test-fixtures.md as the page says", async () => {
    const shop = block("<!-- shop.yaml -->");
    folder = await Folder.make({ "shop.yaml": shop, "shop.test.yaml": block("<!-- shop.test.yaml -->") }, CI);
    const [, ...told] = block("<!-- shop.test.yaml -->", 2).split("\n");
    const { code, stdout, stderr } = await folder.run(["test", "--update"]);
    assert.equal(stderr + stdout, told.join("\n"));
    assert.equal(code, 0);
    await folder.write({ "shop.yaml": shop.replace("default=1", "default=2") });
    const later = await folder.run(["test", "-g", "small"]);
    assert.equal(later.code, 1);
    assert.equal(later.stdout, `${block("Later somebody")}\n1 of 1 test failed\n`);
  });

  it("knows what is within nested instances, and the namespace of an instance that names none", async () => {
    const outer = `apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: mall }
spec:
  schema: { apiVersion: v1alpha1, kind: Mall, spec: { size: integer | default=1 } }
  resources:
    - id: shop
      template: { apiVersion: kro.run/v1alpha1, kind: Shop, metadata: { name: tea }, spec: {} }
`;
    folder = await Folder.make({ "rgd.yaml": `${rgd()}---\n${outer}` });
    const mall = "instance: { apiVersion: kro.run/v1alpha1, kind: Mall, metadata: { name: m }, spec: {} }";
    const child = "{ kind: Deployment, metadata: { name: tea, namespace: default } }";
    assert.equal(await failuresOf(fixture(`{ children: [${child}] }`, mall)), "");
    assert.equal(
      await failuresOf(fixture(`{ absent: [${child}] }`, mall)),
      "absent: Deployment default/tea (node web) is made",
    );
  });

  it("refuses a child that is absent whatever the instance says, as no node makes it", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd() });
    const absent = (child: string) => failuresOf(fixture(`{ absent: [${child}] }`));
    await assert.rejects(
      absent("{ node: confg }"),
      /t\.test\.yaml:3: t: absent: no node .* is "confg" \(did you mean config\?\)/,
    );
    await assert.rejects(
      absent("{ kind: Deploymnt }"),
      /absent: no node of the RGD makes Deploymnt \(did you mean Deployment\?\)/,
    );
    await assert.rejects(absent("{ node: web, kind: ConfigMap }"), /makes ConfigMap \(node web\): there is Deployment/);
    await assert.rejects(absent("{ kind: Deployment, apiVersion: apps/v2 }"), /Deployment of apps\/v2/);
    assert.equal(await absent("{ kind: ConfigMap, metadata: { name: other } }"), "");
  });

  it("refuses a name that YAML reads as no text", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd() });
    await assert.rejects(failuresOf(fixture("{ absent: [{ kind: Deployment, node: y }] }")), /node: true is no text/);
  });

  it("says what is not as expected, field by field", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd() }, CI);
    const wrong = `
      children:
        - { node: web, spec: { replicas: 2, paused: null, template: { spec: { containers: [{ name: web, image: x }, { name: side }] } } } }
        - { node: web, metadata: { annotations: { config: { knownAfterApply: "\${config.metadata.resourceVersion}" } } } }
        - { node: config, data: { open: true } }
        - { kind: Deployment, spec: null }
        - { kind: Job }
      absent: [{ kind: ConfigMap, data: { open: "false" } }, { node: web, spec: { replicas: 7 } }]
      ready: { config: true }`;
    assert.equal(
      await failuresOf(fixture(wrong)),
      `children: Deployment shops/tea (node web) is not as expected
  spec.replicas: expected 2, found 1
  spec.template.spec.containers[name=web].image: expected "x", found "nginx:1"
  spec.template.spec.containers[name=side].name: expected "side", found nothing
children: ConfigMap shops/tea (node config) is not as expected
  data.open: expected true, found "false"
children: Deployment shops/tea (node web) is not as expected
  spec: expected null, found {replicas: 1, selector: {matchLabels: {app:…
children: Job is not made; there is ConfigMap shops/tea (node config), Deployment shops/tea (node web)
absent: ConfigMap shops/tea (node config) is made
ready: config waits: 0 of 1 are observed`,
    );
  });

  it("tells a collection's children apart by name", async () => {
    const list = `${rgd()}    - id: parts
      forEach: [{ letter: "\${['a', 'b']}" }]
      readyWhen: ["\${each.data.ok == 'yes'}"]
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "\${schema.metadata.name}-\${letter}" }
        data: { letter: "\${letter}" }
`;
    folder = await Folder.make({ "rgd.yaml": list }, CI);
    const one = "{ node: parts, metadata: { name: tea-b }, data: { letter: c } }";
    assert.equal(
      await failuresOf(fixture(`{ children: [{ node: parts }, ${one}] }`)),
      `children: node parts may be any of ConfigMap shops/tea-a (node parts), ConfigMap shops/tea-b (node parts): tell it apart by metadata.name or node
children: ConfigMap shops/tea-b (node parts) is not as expected
  data.letter: expected "c", found "b"`,
    );
    const observed = `instance: ${instance()}\n    observed: { parts: [{ data: { ok: "yes" } }, { data: { ok: "no" } }] }`;
    assert.equal(
      await failuresOf(fixture("{ ready: { parts: true } }", observed)),
      "ready: parts waits: ${each.data.ok == 'yes'} is false",
    );
  });

  it("uses what is observed for other nodes and their conditions, and guesses nothing", async () => {
    const conditional = rgd().replace("- id: web", "- id: web\n      includeWhen: [\"${config.metadata.uid == '1'}\"]");
    folder = await Folder.make({ "rgd.yaml": conditional }, CI);
    const observed = (uid: string) =>
      `instance: ${instance()}\n    observed: { config: { metadata: { uid: "${uid}" } } }`;
    assert.match(
      await failuresOf(fixture("{ absent: [{ node: web }] }", observed("1"))),
      /^absent: Deployment .* is made$/,
    );
    assert.match(
      await failuresOf(fixture("{ absent: [{ node: web }] }")),
      /may be made, if \$\{config\.metadata\.uid == '1'\}: observed would tell$/,
    );
    assert.equal(await failuresOf(fixture("{ absent: [{ node: web }] }", observed("2"))), "");
  });

  it("takes a child of a name that only the cluster knows for one that may be there", async () => {
    const named = rgd().replace(
      "name: ${schema.metadata.name}\n          annotations",
      "name: w-${config.metadata.uid}\n          annotations",
    );
    folder = await Folder.make({ "rgd.yaml": named }, CI);
    const absent = (name: string, ...more: string[]) =>
      failuresOf(fixture(`{ absent: [{ kind: Deployment, metadata: { name: ${name} } }] }`, ...more));
    assert.match(await absent("w-1"), /^absent: Deployment .* may be called so: observed would tell$/);
    const observed = `instance: ${instance()}\n    observed: { config: { metadata: { uid: "1" } } }`;
    assert.match(await absent("w-1", observed), /^absent: Deployment shops\/w-1 \(node web\) is made$/);
    assert.equal(await absent("w-2", observed), "");
  });

  it("tells of each child that kro can't make but the expected one", async () => {
    const [open, replicas] = ["${string(schema.spec.open)}", "${schema.spec.replicas}"];
    const both = rgd()
      .replace(open, "${string(1 / schema.spec.replicas)}")
      .replace(replicas, "${7 % schema.spec.replicas}");
    folder = await Folder.make({ "rgd.yaml": both }, CI);
    const zero = `instance: ${instance("{ replicas: 0 }")}`;
    assert.match(await failuresOf(fixture("{ stuck: ConfigMap }", zero)), /^kro can't make Deployment [^\n]*$/);
    assert.equal(await failuresOf(fixture("{ stuck: true }", zero)), "");
  });

  it("expects refusals of instances, of RGDs and of children", async () => {
    const bad = rgd().replace("schema.spec.replicas", "schema.spec.replica");
    const stuck = rgd().replace("${string(schema.spec.open)}", "${string(1 / schema.spec.replicas)}");
    folder = await Folder.make({ "rgd.yaml": rgd(), "bad.yaml": bad, "stuck.yaml": stuck }, CI);
    const own = (name: string, spec = "{}") => `definitions: ${name}.yaml\n    instance: ${instance(spec)}`;
    const all: [expect: string, more: string][] = [
      ['{ refused: "/spec.REPLICAS.*whole NUMBER/i" }', `instance: ${instance("{ replicas: two }")}`],
      ["{ invalid: true }", "definitions: bad.yaml"],
      ["{ stuck: no value here }", own("stuck", "{ replicas: 0 }")],
    ];
    const tests = all.map(([expect, more], i) => fixture(expect, more).replace("name: t", `name: t${i}`).split("\n"));
    const text = `definitions: rgd.yaml\ntests:\n${tests.map((lines) => lines.slice(2).join("\n")).join("")}`;
    assert.equal(await failuresOf(text), "");

    assert.match(await failuresOf(fixture("{ refused: true }")), /^refused: .* the API server takes the instance$/);
    assert.match(await failuresOf(fixture("{ invalid: x }")), /^invalid: expected "x", but kro takes each RGD$/);
    assert.match(await failuresOf(fixture("{ stuck: x }")), /^stuck: expected "x", but kro can make all children$/);
    assert.match(
      await failuresOf(fixture("{ absent: [{ kind: ConfigMap, metadata: { name: x } }] }", own("bad"))),
      /^kro refuses the RGD shop, node "web"/,
    );
    const refused = `instance: ${instance("{ replicas: two }")}`;
    assert.match(
      await failuresOf(fixture("{ absent: [{ kind: ConfigMap, metadata: { name: x } }] }", refused)),
      /^the API server refuses the instance: /,
    );
    assert.match(
      await failuresOf(
        fixture("{ absent: [{ kind: ConfigMap, metadata: { name: x } }] }", own("stuck", "{ replicas: 0 }")),
      ),
      /^kro can't make ConfigMap shops\/tea: /,
    );
  });

  it("expects each danger of a change of an instance or its RGD, and no other", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd(), "old/rgd.yaml": rgd({ image: "nginx:0" }) }, CI);
    const before = `instance: ${instance()}\n    before: { definitions: [old] }`;
    assert.match(
      await failuresOf(fixture("{ dangers: [table-deleted] }", before)),
      /^dangers: table-deleted is expected, and is not there\ndangers: rollout is there: .*\(Deployment shops\/tea\)$/,
    );
    assert.equal(await failuresOf(fixture("{ dangers: [rollout] }", before)), "");
  });

  it("writes, compares and removes snapshots", async () => {
    const text = fixture("{ snapshot: true }");
    folder = await Folder.make({ "rgd.yaml": rgd(), "a/t.test.yaml": text.replace("rgd.yaml", "../rgd.yaml") }, CI);
    const at = (name: string) => join(folder.path, "a/t.snapshots", name);
    const missing = await folder.run(["test", "a"]);
    assert.equal(missing.code, 1);
    assert.match(missing.stdout, /snapshot: there is no a\/t\.snapshots\/t\.yaml yet: --update writes it/);
    assert.equal((await folder.run(["test", "--update"])).stderr, "snapshot written: a/t.snapshots/t.yaml\n");
    const snapshot = await readFile(at("t.yaml"), "utf8");
    assert.match(snapshot, /kind: ConfigMap[\s\S]*kind: Deployment/);
    const unchanged = await folder.run(["test", "--update"]);
    assert.deepEqual([unchanged.code, unchanged.stderr], [0, ""]);

    await folder.write({ "rgd.yaml": rgd({ image: "nginx:2" }), "a/t.snapshots/old.yaml": snapshot });
    const changed = await folder.run(["test"]);
    assert.equal(changed.code, 1);
    assert.match(
      changed.stdout,
      /snapshot: Deployment shops\/tea differs\n +spec.*image: expected "nginx:1", found "nginx:2"\n +snapshot: if that is meant, --update/,
    );
    assert.equal(changed.stderr, "note: no test uses the snapshot a/t.snapshots/old.yaml; --update removes it\n");
    assert.equal(await readFile(at("t.yaml"), "utf8"), snapshot, "nothing is written without --update");

    const inCi = await Folder.make({ "rgd.yaml": rgd(), "t.test.yaml": text }, { CI: "true" });
    assert.match(
      (await inCi.run(["test", "--update"])).stderr,
      /^error: --update writes snapshots .* CI is set: .*--force\n$/,
    );
    assert.deepEqual((await readdir(inCi.path)).sort(), ["rgd.yaml", "t.test.yaml"]);
    assert.equal((await inCi.run(["test", "--update", "--force"])).code, 0);
    await inCi.remove();

    assert.doesNotMatch((await folder.run(["test", "--update", "-g", "t"])).stderr, /removed/);
    assert.equal((await folder.run(["test", "--update"])).stderr, "snapshot removed: a/t.snapshots/old.yaml\n");
    await folder.write({
      "a/t.test.yaml": fixture("{ absent: [{ kind: ConfigMap, metadata: { name: x } }] }").replace(
        "rgd.yaml",
        "../rgd.yaml",
      ),
    });
    await folder.run(["test", "--update"]);
    assert.deepEqual(await readdir(join(folder.path, "a")), ["t.test.yaml"], "with the last one goes the folder");
  });

  it("takes a snapshot of one's own, and never removes it", async () => {
    const text = fixture("{ snapshot: expected/tea.yaml }");
    folder = await Folder.make({ "rgd.yaml": rgd(), "t.test.yaml": text, "expected/other.yaml": "x: 1\n" }, CI);
    assert.equal((await folder.run(["test", "--update"])).stderr, "snapshot written: expected/tea.yaml\n");
    await folder.write({ "expected/tea.yaml": "just text\n" });
    assert.match((await folder.run(["test"])).stdout, /expected\/tea\.yaml holds no Kubernetes objects/);
    const { stdout: rendered } = await folder.run(["test", "--update"]);
    assert.match(rendered, /1 test passed/);
    const again = await readFile(join(folder.path, "expected/tea.yaml"), "utf8");
    await folder.write({ "expected/tea.yaml": again.replace("---\n", "---\n# mine\n") });
    assert.match((await folder.run(["test"])).stdout, /are the same, but not their order, comments or layout/);
    assert.deepEqual(await readdir(join(folder.path, "expected")), ["other.yaml", "tea.yaml"]);
  });

  it("writes JUnit's XML", async () => {
    const name = '"<a> & \\"b\\" ]]>\\u0007\\ufffe"';
    const text = fixture("{ children: [{ node: web, spec: { replicas: 2 } }] }").replace("name: t", `name: ${name}`);
    folder = await Folder.make({ "rgd.yaml": rgd(), "t.test.yaml": text }, CI);
    await folder.write({ "u.test.yaml": fixture("{ absent: [{ kind: ConfigMap, metadata: { name: x } }] }") });
    assert.equal((await folder.run(["test", "--junit", "out.xml"])).code, 1);
    const xml = await readFile(join(folder.path, "out.xml"), "utf8");
    const stable = xml.replace(/time="\d+\.\d{3}"/g, 'time="0"').replace(/timestamp="[\dT:-]{19}"/g, 'timestamp="0"');
    const suite = (file: string, id: number, failures: number) =>
      `  <testsuite name="${file}" package="kro-preview" id="${id}" timestamp="0" hostname="localhost" tests="1" failures="${failures}" errors="0" time="0">\n    <properties/>`;
    const told = "children: Deployment shops/tea (node web) is not as expected";
    assert.equal(
      stable,
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
${suite("t.test.yaml", 0, 1)}
    <testcase name="&#60;a&#62; &#38; &#34;b&#34; ]]&#62;\\u0007\ufffd" classname="t.test.yaml" time="0">
      <failure message="${told}" type="expectation">${told}\n  spec.replicas: expected 2, found 1</failure>
    </testcase>
    <system-out/>
    <system-err/>
  </testsuite>
${suite("u.test.yaml", 1, 0)}
    <testcase name="t" classname="u.test.yaml" time="0"/>
    <system-out/>
    <system-err/>
  </testsuite>
</testsuites>
`,
    );
  });

  it("says in one line, with the file's own, what is wrong with a file of tests", async () => {
    const ok = fixture("{ absent: [{ kind: ConfigMap, metadata: { name: x } }] }");
    const cases: [text: string, error: RegExp][] = [
      ["", /^t\.test\.yaml:1: the file is empty/],
      ["a: [", /^t\.test\.yaml:1 is not YAML: /],
      [`${ok}---\nx: 1\n`, /^t\.test\.yaml:7: a second document/],
      ["tests: []", /^t\.test\.yaml:1: a test file needs definitions$/],
      ["definitions: x\ntests: []", /^t\.test\.yaml:2: tests: \[\] is no list of tests$/],
      [
        ok.replace("expect", "expects"),
        /^t\.test\.yaml:5: tests\[0\]\.expects: there is no such key in a test \(did you mean expect\?\)$/,
      ],
      [fixture("{ refuse: x }"), /:5: tests\[0\]\.expect\.refuse: .*did you mean refused\?/],
      [fixture("{}"), /:5: tests\[0\]\.expect: nothing is expected/],
      [
        fixture("{ refused: x, children: [{ kind: X }] }"),
        /:5: tests\[0\]\.expect\.children: can't be expected with refused/,
      ],
      [fixture('{ refused: "/[/" }'), /:5: tests\[0\]\.expect\.refused: "\/\[\/" is no regular expression/],
      [
        fixture("{ children: [{ spec: {} }] }"),
        /children\[0\]: \{"spec":\{\}\} names no child: it needs kind, or node/,
      ],
      [fixture("{ snapshot: x }"), /snapshot: "x" is neither true nor the path of a \.yaml file$/],
      [fixture("{ dangers: [rolout] }"), /dangers\[0\]: there is no danger "rolout" \(did you mean rollout\?\)$/],
      [fixture("{ dangers: [] }"), /dangers: a danger is of a change: the test needs before/],
      [fixture("{ ready: { web: 1 } }"), /ready\.web: 1 is neither true nor false$/],
      [fixture("{ ready: { wob: true } }"), /^t\.test\.yaml:3: t: the RGD has no node "wob": there is web, config$/],
      [fixture("{ refused: x }", "instance: {}"), /:4: tests\[0\]\.instance: an instance needs apiVersion, a text$/],
      [fixture("{ refused: x }", "instance: none.yaml"), /^t\.test\.yaml:3: t: there is no file or folder none\.yaml$/],
      [
        fixture("{ refused: x }", "instance: rgd.yaml"),
        /^t\.test\.yaml:3: t: instance: rgd\.yaml holds an RGD, and no instance/,
      ],
      [
        fixture("{ refused: x }", `instance: ${instance().replace("Shop", "Shap")}`),
        /no RGD makes a kro\.run\/v1alpha1 Shap: there is kro\.run\/v1alpha1 Shop$/,
      ],
      [ok.replace("rgd.yaml", "gone.yaml"), /^t\.test\.yaml:3: t: there is no file or folder gone\.yaml$/],
      [
        ok + ok.slice(ok.indexOf("  - ")),
        /^t\.test\.yaml:6: tests\[1\]\.name: "t" is told as tests\[0\] is: name it otherwise$/,
      ],
    ];
    folder = await Folder.make({ "rgd.yaml": rgd() }, CI);
    for (const [text, error] of cases) {
      await folder.write({ "t.test.yaml": text });
      const message = await runTests([folder.path]).then(
        () => assert.fail(`is taken: ${text}`),
        (found: Error) => found.message.replaceAll(`${folder.path}/`, ""),
      );
      assert.match(message, error);
      assert.doesNotMatch(message, /\n/);
    }
    const { code, stdout, stderr } = await folder.run(["test"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^error: t\.test\.yaml:6: .*\n$/);
  });

  it("fails where there is no test", async () => {
    folder = await Folder.make(
      { "rgd.yaml": rgd(), "t.test.yaml": fixture("{ absent: [{ kind: ConfigMap, metadata: { name: x } }] }") },
      CI,
    );
    const [nothing, gone, unmatched, badPattern, badFile] = await Promise.all(
      [["rgd"], ["gone"], ["-g", "x{9}"], ["-g", "("], ["--junit", "gone/x.xml"]].map(async (args) => {
        if (args[0] === "rgd") await folder.write({ "rgd/x.yaml": rgd() });
        const { code, stderr } = await folder.run(["test", ...args]);
        assert.equal(code, 1);
        return stderr;
      }),
    );
    assert.equal(nothing, "error: there is no *.test.yaml in rgd\n");
    assert.equal(gone, "error: there is no file or folder gone\n");
    assert.equal(unmatched, "error: no test's name matches x{9}\n");
    assert.match(
      badPattern!,
      /^error: option '-g, --grep <pattern>' argument '\(' is invalid\. Invalid regular expression/,
    );
    assert.match(badFile!, /^error: cannot write gone\/x\.xml: there is no folder /);
  });

  it("is passed over by the other commands, snapshots too", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd(), "t.test.yaml": fixture("{ snapshot: true }") }, CI);
    await folder.run(["test", "--update"]);
    await folder.write({ "shop.yaml": instance() });
    const { code, stdout, stderr } = await folder.run(["render", "-f", "."]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(stdout, await readFile(join(folder.path, "t.snapshots/t.yaml"), "utf8"));
  });
});
