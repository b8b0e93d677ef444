import assert from "node:assert/strict";
import { type ResourceState, readState, type StackState } from "../../../automation/stack/state.ts";
import { Secret } from "../../../packages/kro/index.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const secret = (value: unknown) => ({
  [SIGNATURE]: SECRET,
  plaintext: JSON.stringify(value),
});
const urn = (type: string, name: string) => `urn:pulumi:dev::carts-stack::${type}::${name}`;
const resource = (type: string, name: string, others: object = {}): ResourceState => ({
  urn: urn(type, name),
  type,
  custom: true,
  id: name,
  inputs: {},
  ...others,
});
const read = (state: StackState) => readState(state, "carts-stack", "dev");

describe("what is read of a stack's state", () => {
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

  it("has secrets twice: masked to show, and revealed to compare", () => {
    const env = [{ name: "KEY", value: "hush" }];
    const inputs = { __defaults: [], spec: { env: secret(env), locked: { [SIGNATURE]: SECRET, ciphertext: "v1:x" } } };
    const stack = read({ resources: [resource("a:b:C", "c", { inputs })] });
    const spec = (plan: typeof stack.masked) => plan.changes[0]!.after!.spec as Readonly<Record<string, unknown>>;
    assert.ok(spec(stack.masked).env instanceof Secret);
    assert.deepEqual(spec(stack.revealed).env, env);
    assert.ok(spec(stack.revealed).locked instanceof Secret, "its text is not there");
    assert.deepEqual(
      [stack.masked.changes[0]!.before, Object.keys(stack.resources[0]!.revealed)],
      [stack.resources[0]!.inputs, ["spec"]],
    );
    assert.doesNotMatch(JSON.stringify([stack.masked, stack.resources[0]!.inputs]), /hush/);
  });

  it("leaves out Pulumi's own notes, but nothing that a cluster has by such a name", () => {
    const inputs = { __defaults: [], data: { __defaults: ["x"], a: [{ __defaults: [], b: 1 }] } };
    const { resources } = read({
      resources: [resource("aws:a:B", "b", { inputs }), resource("kubernetes:a:B", "c", { inputs })],
    });
    assert.deepEqual(
      resources.map(({ revealed }) => revealed),
      [{ data: { a: [{ b: 1 }] } }, { data: inputs.data }],
    );
  });

  it("has the provider of each resource, and what was interrupted", () => {
    const provider = urn("pulumi:providers:aws", "default");
    const { resources, pending } = read({
      resources: [resource("a:b:C", "c", { provider: `${provider}::1234-id` })],
      pending_operations: [{ type: "creating", resource: resource("a:b:C", "half") }],
    });
    assert.equal(resources[0]!.provider, provider);
    assert.deepEqual(
      pending.map(({ type }) => type),
      ["creating"],
    );
  });
});
