import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { UserError } from "../../../../packages/console/index.ts";
import { type PolicyOptions, policyOf, withPolicy } from "../../../../packages/kro-preview/policy/options.ts";
import { GROUPS, POLICY_RULES } from "../../../../packages/kro-preview/policy/rules.ts";
import { parseSettings, readSettings } from "../../../../packages/kro-preview/policy/settingsFile.ts";
import { settingsSchema } from "../../../../packages/kro-preview/policy/settingsSchema.ts";

const page = (name: string) => readFile(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
const refused = async (text: string): Promise<string> => {
  const outcome = await parseSettings(text, "a.yaml").catch((error: unknown) => error);
  assert.ok(outcome instanceof UserError, `${text} is taken`);
  return outcome.message;
};

describe("the policy's settings", () => {
  it("are read with all they can hold", async () => {
    const text = `
policy:
  rules: {image-tag: off, pod-security: warn}
  podSecurity: baseline
  labels: [team]
  exceptions:
    - {rule: iam, kind: Role, name: shops/x, reason: it is a test}
`;
    assert.deepEqual(await parseSettings(text, "a.yaml"), {
      rules: { "image-tag": "off", "pod-security": "warn" },
      podSecurity: "baseline",
      labels: ["team"],
      exceptions: [{ rule: "iam", kind: "Role", name: "shops/x", reason: "it is a test" }],
    });
    assert.deepEqual(await parseSettings("", "a.yaml"), {});
  });

  it("are refused with file, line, key, value and what to do", async () => {
    const cases: Readonly<Record<string, string>> = {
      "policy:\n  rules:\n    image-tagg: off":
        "a.yaml:3: policy.rules.image-tagg is no rule (did you mean image-tag?)",
      "policy:\n  rules:\n    xyz: off":
        "a.yaml:3: policy.rules.xyz is no rule; `kro-preview policy --list-rules` lists the rules",
      "policy:\n  rules:\n    image-tag: on":
        'a.yaml:3: policy.rules.image-tag is "on", which is not among what it can be; there are off, warn, error',
      "policy: {podSecurity: privileged}":
        'a.yaml:1: policy.podSecurity is "privileged", which is not among what it can be; there are baseline, restricted',
      "policy:\n  labels: team": 'a.yaml:2: policy.labels is "team", and must be a list',
      "policy:\n  labels: ['']": 'a.yaml:2: policy.labels[0] is "", and must not be empty',
      "policy:\n  exceptions:\n    - rule: iam": "a.yaml:3: policy.exceptions[0] has no reason: say why it is accepted",
      "polic: {}": "a.yaml:1: polic is no key of this file (did you mean policy?)",
      "# mine\nother:\n  a: 1": "a.yaml:2: other is no key of this file; there is only policy",
      "policy:\n  exceptions: [{rule: image-tagg, reason: x}]":
        'a.yaml:2: policy.exceptions[0].rule is "image-tagg", which is not among what it can be (did you mean image-tag?)',
      "- a": 'a.yaml:1: the file is ["a"], and must be a map',
    };
    for (const [text, message] of Object.entries(cases)) assert.equal(await refused(text), message);
    assert.match(await refused("a: [1"), /^a\.yaml:1 is not YAML: /);
  });

  it("are not needed, but must be there when they are named", async () => {
    const folder = await mkdtemp(join(tmpdir(), "policy-"));
    const file = join(folder, "mine.yaml");
    await assert.rejects(readSettings(file), /^Error: --policy .*mine\.yaml: there is no such file: /);
    await writeFile(file, "policy: {labels: [team]}");
    assert.deepEqual(await readSettings(file), { labels: ["team"] });
  });

  it("are overruled by what is typed, a rule of the file by a group too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "policy-"));
    const file = join(folder, "mine.yaml");
    await writeFile(file, "policy: {rules: {pod-security-privileged: error, image-tag: off, cpu-limit: error}}");
    const command = withPolicy(new Command(), "")
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    const typed = ["--policy", file, "--rule", "pod-security=off", "--rule", "image-tag=warn"];
    const policy = await policyOf(command.parse(typed, { from: "user" }).opts<PolicyOptions>());
    const spec = { containers: [{ name: "a", image: "b", securityContext: { privileged: true } }] };
    const { findings } = policy!.check({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec });
    const found = Object.fromEntries(findings.map(({ rule, severity }) => [rule, severity]));
    assert.deepEqual(
      [found["image-tag"], found["cpu-limit"], found["pod-security-privileged"]],
      ["warn", "error", undefined],
    );
    await assert.rejects(
      policyOf({ rule: { "image-tagg": "off" } }),
      /--rule image-tagg: there is no such rule \(did you mean image-tag\?\)/,
    );
    assert.throws(() => command.parse(["--rule", "image-tag=of"], { from: "user" }), /off, warn or error/);
    assert.equal(await policyOf({}), undefined);
  });

  it("have the schema that docs/kro-preview.schema.json is", async () => {
    assert.deepEqual(JSON.parse(await page("kro-preview.schema.json")), JSON.parse(JSON.stringify(settingsSchema())));
  });

  it("switch the rules that docs/policy.md lists", async () => {
    const rows = [
      ...(await page("policy.md")).matchAll(/^\| `([a-z-]+)` \| (.*) \| (off|warn|error) \| \[.*\]\((.*)\) \|$/gm),
    ];
    assert.deepEqual(
      rows.map(([, id, meaning, setting, source]) => ({ id, meaning, default: setting, source })),
      POLICY_RULES.map(({ id, meaning, default: setting, source }) => ({ id, meaning, default: setting, source })),
    );
    for (const [group, ids] of Object.entries(GROUPS)) assert.ok(ids.length > 1, group);
  });
});
