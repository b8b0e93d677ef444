import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { POLICY_RULES } from "../../../../packages/kro-preview/policy/rules.ts";
import { Folder, rgd, shop } from "./folder.ts";

const OFF = ["--rule", "pod-security=off", "--rule", "cpu-request=off", "--rule", "memory-request=off"];
const PROBES = ["--rule", "readiness-probe=off", "--rule", "liveness-probe=off"];
/** Only what concerns images, and limits of memory. */
const FEW = [...OFF, ...PROBES];

describe("kro-preview policy", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  it("tells what the rules find in all children of all instances, and how many were looked at", async () => {
    folder = await Folder.make({
      "rgd.yaml": rgd({ image: "nginx" }),
      "shops.yaml": `${shop("tea")}---\n${shop("rum")}`,
    });
    const { code, stdout, stderr } = await folder.run(["policy", "-f", "rgd.yaml", "-i", "shops.yaml", ...FEW]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(
      stdout,
      `error image-tag: container "web" has the image nginx, which has no tag: it is \`latest\`
     Deployment shops/tea, spec.template.spec.containers[name=web].image
     Deployment shops/rum, spec.template.spec.containers[name=web].image
warn memory-limit: container "web" has no memory limit
     Deployment shops/tea, spec.template.spec.containers[name=web].resources.limits.memory
     Deployment shops/rum, spec.template.spec.containers[name=web].resources.limits.memory
4 findings in 4 children of 2 instances
`,
    );
  });

  it("takes paths without an option, and says what is missing before anything is read", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd({ image: "nginx" }), "tea.yaml": shop("tea") });
    const { code, stdout } = await folder.run(["policy", "rgd.yaml", "tea.yaml", ...FEW]);
    assert.equal(code, 0);
    assert.match(stdout, /2 findings in 2 children of 1 instance\n$/);
    const cases = [
      [["gone.yaml", "--policy", "nope.yaml"], /^error: --policy nope\.yaml: there is no such file: name one with /],
      [["gone.yaml", "-o", "no/x"], /^error: cannot write no\/x: there is no folder .*--output\n$/],
      [["rgd.yaml"], /^error: there is no instance of shop: .*, `kro-preview render --example` makes one\n$/],
    ] as const;
    for (const [args, says] of cases) assert.match((await folder.run(["policy", ...args])).stderr, says);
  });

  it("lists its rules, of which the package has no page", async () => {
    folder = await Folder.make();
    const { code, stdout } = await folder.run(["policy", "--list-rules"]);
    assert.equal(code, 0);
    assert.match(stdout, /^image-tag \((error|warn|off)\): .+$/m);
    assert.equal(stdout.match(/^[a-z-]+ \(/gm)!.length, POLICY_RULES.length);
    const wrong = await folder.run(["policy", "--rule", "zzzzzzzz=off"]);
    assert.match(wrong.stderr, /there is no such rule; `kro-preview policy --list-rules` lists them/);
  });

  it("exits with 3 for a finding that counts as an error, where that is asked for", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd({ image: "nginx" }), "shop.yaml": shop("tea") });
    const run = (...args: string[]) => folder.run(["policy", "-f", ".", ...FEW, "--fail-on-finding", ...args]);
    const failed = await run();
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /^error: the policy refuses it by image-tag; .*--rule image-tag=warn, accepts it\n$/);
    assert.equal((await run("--rule", "image-tag=warn")).code, 0);
  });

  it("reads kro-preview.yaml where it runs, and says what an exception accepts", async () => {
    folder = await Folder.make({
      "in/rgd.yaml": rgd({ image: "nginx" }),
      "in/shop.yaml": shop("tea"),
      "kro-preview.yaml": `policy:
  rules: {pod-security: off, cpu-request: off, memory-request: off, memory-limit: off, readiness-probe: off, liveness-probe: off}
  exceptions: [{rule: image-tag, kind: Deployment, name: shops/tea, reason: pinned by the registry}]
`,
    });
    const { stdout } = await folder.run(["policy", "-f", "in"]);
    assert.equal(
      stdout,
      "note: The policy's exceptions: image-tag of Deployment shops/tea is accepted: pinned by the registry.\nnothing found in 2 children of 1 instance\n",
    );
    const { code, stderr } = await folder.run(["policy", "-f", "in", "--policy", "missing.yaml"]);
    assert.equal(code, 1);
    assert.match(stderr, /^error: --policy missing\.yaml: there is no such file: .*\n$/);
  });

  it("writes JSON, and SARIF that names each rule's page and the instance's line", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd({ image: "nginx" }), "shop.yaml": `# a comment\n${shop("tea")}` });
    const json = JSON.parse((await folder.run(["policy", "-f", ".", ...FEW, "--format", "json"])).stdout);
    assert.deepEqual(Object.keys(json), ["version", "instances", "children", "findings", "notes"]);
    assert.deepEqual(
      json.findings.map(({ rule, of, instance }: Record<string, string>) => [rule, of, instance]),
      [
        ["image-tag", "Deployment shops/tea", "shops/tea"],
        ["memory-limit", "Deployment shops/tea", "shops/tea"],
      ],
    );
    await folder.run(["policy", "-f", ".", ...FEW, "--format", "sarif", "-o", "found.sarif"]);
    const { version, runs } = JSON.parse(await readFile(join(folder.path, "found.sarif"), "utf8"));
    assert.equal(version, "2.1.0");
    const [{ tool, results }] = runs;
    assert.deepEqual(
      results.map((one: { ruleId: string; ruleIndex: number; level: string }) => [
        one.ruleId,
        one.level,
        tool.driver.rules[one.ruleIndex].id,
      ]),
      [
        ["image-tag", "error", "image-tag"],
        ["memory-limit", "warning", "memory-limit"],
      ],
    );
    assert.match(tool.driver.rules[0].helpUri, /^https:\/\/kubernetes\.io\//);
    const { artifactLocation, region } = results[0].locations[0].physicalLocation;
    assert.deepEqual([artifactLocation.uri, region.startLine], ["shop.yaml", 2]);
  });

  it("looks into instances of instances", async () => {
    const outer = `apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: {name: mall}
spec:
  schema: {apiVersion: v1alpha1, kind: Mall, spec: {a: string | default="a"}}
  resources:
    - id: shop
      template: {apiVersion: kro.run/v1alpha1, kind: Shop, metadata: {name: "\${schema.metadata.name}-shop"}, spec: {}}
`;
    const mall = "apiVersion: kro.run/v1alpha1\nkind: Mall\nmetadata: {name: big, namespace: shops}\nspec: {}\n";
    folder = await Folder.make({ "rgds.yaml": `${outer}---\n${rgd({ image: "nginx" })}`, "mall.yaml": mall });
    const { stdout, stderr } = await folder.run(["policy", "-f", ".", ...FEW]);
    assert.match(stdout, /Deployment shops\/big-shop, /, stderr);
  });

  it("is part of a diff, for what is new or changes: what was there before fails nothing", async () => {
    folder = await Folder.make({
      "old/rgd.yaml": rgd({ image: "nginx" }),
      "old/shop.yaml": shop("tea"),
      "new/rgd.yaml": rgd({ image: "apache" }),
      "new/shop.yaml": shop("tea"),
      "more/rgd.yaml": rgd({ image: "nginx" }),
      "scaled/rgd.yaml": rgd({ image: "nginx" }),
      "scaled/shop.yaml": shop("tea", { replicas: 2 }),
      "more/shop.yaml": `${shop("tea")}---\n${shop("rum")}`,
    });
    const diff = (next: string) => folder.run(["diff", "old", next, "--policy", ...FEW, "--fail-on-finding"]);
    const changed = await diff("new");
    assert.equal(changed.code, 3);
    assert.match(changed.stdout, /error image-tag: .* apache, .*\n {5}Deployment shops\/tea/);
    assert.match(changed.stdout, /warn memory-limit: .* \(as before\)\n/);
    const scaled = await diff("scaled");
    assert.equal(scaled.code, 2);
    assert.match(scaled.stdout, /error image-tag: .* \(as before\)\n/);
    const more = await diff("more");
    assert.equal(more.code, 3);
    assert.doesNotMatch(more.stdout, /Deployment shops\/tea, /);
    const { code } = await folder.run([
      "diff",
      "old",
      "new",
      "--policy",
      ...FEW,
      "--rule",
      "image-tag=warn",
      "--fail-on-finding",
    ]);
    assert.equal(code, 2);
  });
});
