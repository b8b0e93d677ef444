import assert from "node:assert/strict";
import { accountOf, awsSettingsOf, eksClusterOf } from "../../../automation/stack/aws.ts";
import type { ManagedResource, ManagedStack } from "../../../automation/stack/index.ts";

const resource = (type: string, more: Partial<ManagedResource> = {}): ManagedResource => ({
  ...{ urn: `urn:pulumi:s::p::${type}::one`, type, name: "one", id: "one", provider: undefined, retained: false },
  ...{ inputs: {}, revealed: {}, outputs: {} },
  ...more,
});
const stack = (...resources: ManagedResource[]) => ({ resources }) as unknown as ManagedStack;

const status = {
  tableARN: "arn:aws:dynamodb:eu-west-1:111122223333:table/c-carts-shop",
  roleARN: "arn:aws:iam::111122223333:role/c-carts-shop",
};
const instance = resource("kubernetes:kro.run/v1alpha1:CartsStack", {
  revealed: { spec: { identity: { mode: "ack", clusterName: "c" } } },
  outputs: { status },
});

describe("AWS of a stack whose identity is ACK's", () => {
  it("is where its table is, in the account and the cluster that the instance says", () => {
    assert.deepEqual(awsSettingsOf(stack(instance)), { region: "eu-west-1" });
    assert.equal(accountOf(stack(instance)), "111122223333");
    assert.deepEqual(eksClusterOf(stack(instance)), { name: "c", account: "111122223333" });
  });

  it("is asked as the stack's provider does, where it has one", () => {
    const provider = resource("pulumi:providers:aws", { revealed: { region: "us-west-2", profile: "shop" } });
    assert.deepEqual(awsSettingsOf(stack(instance, provider)), { region: "us-west-2", profile: "shop" });
  });

  it("is nowhere in particular until the instance is ready", () => {
    const early = { ...instance, outputs: {} };
    assert.deepEqual([awsSettingsOf(stack(early)), accountOf(stack(early))], [{}, undefined]);
  });
});
