import assert from "node:assert/strict";
import type { PolicyResource, StackValidationArgs } from "@pulumi/policy";
import { POLICY_RULES } from "../../../packages/kro-preview/index.ts";
import { policies } from "../../../policy/pack.ts";

/** As the SDK hands out properties: whoever asks for one that isn't known yet gets an error. */
const withUnknown = (fields: object, unknown: string): object =>
  new Proxy(fields, {
    get(target, key) {
      if (key === unknown) throw new Error(`string value at .${unknown} can't be known during preview`);
      return Reflect.get(target, key);
    },
  });

const resource = (type: string, name: string, props: object): PolicyResource =>
  ({ type: `kubernetes:${type}`, name, urn: `urn:pulumi:dev::p::${type}::${name}`, props }) as PolicyResource;

const rgd = (kind = "Shop") =>
  resource("kro.run/v1alpha1:ResourceGraphDefinition", "shops", {
    apiVersion: "kro.run/v1alpha1",
    kind: "ResourceGraphDefinition",
    metadata: { name: "shops" },
    spec: {
      schema: { apiVersion: "v1alpha1", kind, spec: { key: "string" } },
      resources: [
        {
          id: "config",
          template: {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "${schema.metadata.name}" },
            data: { apiKey: "${schema.spec.key}" },
          },
        },
      ],
    },
  });
const shop = (spec: object) =>
  resource("kro.run/v1alpha1:Shop", "tea", {
    apiVersion: "kro.run/v1alpha1",
    kind: "Shop",
    metadata: { name: "tea", namespace: "shops" },
    spec,
  });

/** What the policies report that are not disabled, each with its config. */
async function reported(resources: readonly PolicyResource[], config: Readonly<Record<string, object>> = {}) {
  const all: string[] = [];
  const pack = policies();
  for (const { name, enforcementLevel, validateStack } of pack.filter((one) => one.enforcementLevel !== "disabled")) {
    const args = { resources, getConfig: () => config[name] ?? {} } as unknown as StackValidationArgs;
    await validateStack(args, (text, urn) =>
      all.push(`${enforcementLevel} ${name}: ${text}${urn ? ` at ${urn}` : ""}`),
    );
  }
  return all;
}

describe("the policy pack", () => {
  it("reports what a rule finds in kro's children, at their instance", async () => {
    assert.deepEqual(await reported([rgd(), shop({ key: "hunter2" })]), [
      "mandatory plain-secret: ConfigMap shops/tea: the key apiKey holds what its name says is a credential, in plain text (data.apiKey) at urn:pulumi:dev::p::kro.run/v1alpha1:Shop::tea",
    ]);
  });

  it("finds nothing in what only the update can tell, and says where that is", async () => {
    assert.deepEqual(await reported([rgd(), shop(withUnknown({ key: "" }, "key"))]), [
      "advisory kro-not-looked-at: only the update can tell: data.apiKey of ConfigMap shops/tea",
    ]);
  });

  it("says of which instances it does not know the RGD", async () => {
    assert.deepEqual(await reported([rgd("Other"), shop({ key: "hunter2" })]), [
      "advisory kro-not-looked-at: Whether kro makes anything of tea was not looked at: no RGD of this stack makes a kubernetes:kro.run/v1alpha1:Shop.",
    ]);
  });

  it("looks anew where a resource has the same name, and another value", async () => {
    const policy = policies().find(({ name }) => name === "plain-secret")!;
    const run = async (key: string) => {
      const texts: string[] = [];
      const args = { resources: [rgd(), shop({ key })], getConfig: () => ({}) } as unknown as StackValidationArgs;
      await policy.validateStack(args, (text) => texts.push(text));
      return texts.length;
    };
    assert.deepEqual([await run("hunter2"), await run("/a/path")], [1, 0]);
  });

  it("takes exceptions and labels from its config", async () => {
    const resources = [rgd(), shop({ key: "hunter2" })];
    const exceptions = [{ kind: "ConfigMap", reason: "a test" }];
    assert.deepEqual(await reported(resources, { "plain-secret": { exceptions } }), []);
    assert.match(
      (await reported(resources, { "required-labels": { labels: ["team"] } })).join("\n"),
      /the label team is missing/,
    );
  });

  it("has each rule, those of restricted Pod Security on and those that they stand in for off", () => {
    const levels = Object.fromEntries(policies().map(({ name, enforcementLevel }) => [name, enforcementLevel]));
    assert.deepEqual(Object.keys(levels), [...POLICY_RULES.map(({ id }) => id), "kro-not-looked-at"]);
    assert.equal(levels["pod-security-capabilities-restricted"], "mandatory");
    assert.equal(levels["pod-security-capabilities-baseline"], "disabled");
    assert.equal(levels["cpu-limit"], "disabled");
    assert.equal(levels["memory-limit"], "advisory");
  });
});
