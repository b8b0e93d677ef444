import assert from "node:assert/strict";
import { type Deployment, toVerifiedStack } from "../../../automation/verify/state.ts";
import { UserError } from "../../../packages/console/userError.ts";
import { Secret } from "../../../packages/kro/objects.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({
  [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const urn = (type: string, name: string) => `urn:pulumi:dev::carts-stack::${type}::${name}`;
const resource = (type: string, name: string, others: object = {}) => ({
  urn: urn(type, name),
  type,
  custom: true,
  id: name,
  inputs: {},
  ...others,
});
const read = (deployment: Deployment) => toVerifiedStack(deployment, "carts-stack", "dev");

describe("what verify reads of a stack's state", () => {
  it("is what Pulumi manages: no component, nothing that is only read or about to be deleted", () => {
    const { resources } = read({
      resources: [
        { urn: urn("pulumi:pulumi:Stack", "stack"), type: "pulumi:pulumi:Stack" },
        resource("a:b:C", "kept"),
        resource("a:b:C", "read", { external: true }),
        resource("a:b:C", "replaced", { delete: true }),
      ],
    });
    assert.deepEqual(
      resources.map(({ id }) => id),
      ["kept"],
    );
  });

  it("has secrets twice: masked to show, and plain to compare", () => {
    const env = [{ name: "KEY", value: "hush" }];
    const stack = read({
      resources: [resource("a:b:C", "c", { inputs: { __defaults: [], spec: { env: secret(env) } } })],
    });
    const spec = (plan: typeof stack.plain) => plan.changes[0]!.after!.spec as Readonly<Record<string, unknown>>;
    assert.ok(spec(stack.masked).env instanceof Secret);
    assert.deepEqual(spec(stack.plain), { env });
    assert.deepEqual(stack.resources[0]!.inputs, { spec: { env } });
    assert.doesNotMatch(JSON.stringify(stack.masked), /hush/);
  });

  it("has the provider of each resource, and what was interrupted", () => {
    const provider = urn("pulumi:providers:aws", "default");
    const { resources, pending } = read({
      resources: [resource("a:b:C", "c", { provider: `${provider}::1234-id` })],
      pending_operations: [{ type: "creating", resource: { urn: urn("a:b:C", "half") } }],
    });
    assert.equal(resources[0]!.provider, provider);
    assert.deepEqual(pending, [`creating ${urn("a:b:C", "half")}`]);
  });

  it("is an error where there is nothing yet", () => {
    for (const deployment of [{}, { resources: [] }]) {
      assert.throws(
        () => read(deployment),
        (error) => error instanceof UserError && /has no resources/.test(error.message),
      );
    }
  });
});
