import assert from "node:assert/strict";
import { readState } from "../../../automation/stack/state.ts";
import { expectedOf } from "../../../automation/verify/expected.ts";
import { type Definition, KnownAfterApply, Secret, withObserved } from "../../../packages/kro/index.ts";
import type { LiveObject } from "../../../packages/live/liveObject.ts";

const RGD = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";
const SHOP = "kubernetes:kro.run/v1alpha1:Shop";
const definition: Definition & { readonly apiVersion: string; readonly kind: string } = {
  apiVersion: "kro.run/v1alpha1",
  kind: "ResourceGraphDefinition",
  metadata: { name: "shop" },
  spec: {
    schema: { apiVersion: "v1alpha1", kind: "Shop", spec: { key: "string" } },
    resources: [
      {
        id: "service",
        template: { apiVersion: "v1", kind: "Service", metadata: { name: "shop" }, spec: { type: "ClusterIP" } },
      },
      {
        id: "config",
        template: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "shop" },
          data: { KEY: "${schema.spec.key}", IP: "${service.spec.clusterIP}", BOTH: "${service.spec.clusterIP}:80" },
        },
      },
    ],
  },
};
const instance = (spec: object) => ({ apiVersion: "kro.run/v1alpha1", kind: "Shop", metadata: { name: "my" }, spec });
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"hush"' };

function stack(...resources: readonly (readonly [type: string, inputs: object])[]) {
  const all = resources.map(([type, inputs]) => ({
    urn: `urn:pulumi:dev::p::${type}::carts`,
    type,
    custom: true,
    id: "x",
    inputs: inputs as Readonly<Record<string, unknown>>,
  }));
  return readState({ resources: all }, "p", "dev");
}

describe("what verify expects", () => {
  it("is what kro makes of the state's instances by the state's RGD, with each secret masked and plain", async () => {
    const { definitions, instances, notes } = await expectedOf(
      stack([RGD, definition], [SHOP, instance({ key: secret })]),
      [],
    );
    assert.deepEqual([definitions, notes], [[definition], []]);
    const [{ children, plain }] = instances as [(typeof instances)[0]];
    assert.deepEqual(
      children.map(({ node, object }) => [node, object.metadata.namespace]),
      [
        ["service", "default"],
        ["config", "default"],
      ],
    );
    const keys = [children, plain.children].map((all) => (all[1]!.object.data as { KEY: unknown }).KEY);
    assert.ok(keys[0] instanceof Secret);
    assert.equal(keys[1], "hush");
  });

  it("is told by the cluster's RGD, where it is another stack's", async () => {
    const { definitions, instances, notes } = await expectedOf(stack([SHOP, instance({ key: "a" })]), [
      definition,
      {
        ...definition,
        metadata: { name: "other" },
        spec: { ...definition.spec, schema: { apiVersion: "v1", kind: "Other" } },
      },
    ]);
    assert.deepEqual([definitions, notes, instances.length], [[], [], 1]);
  });

  it("can't be told of an instance without an RGD, or of one that is refused; no secret is shown then", async () => {
    assert.match((await expectedOf(stack([SHOP, instance({})]), [])).notes.join(), /Shop was not looked at/);
    const { notes, instances } = await expectedOf(stack([RGD, definition], [SHOP, instance({ key: 5 })]), []);
    assert.match(notes.join(), /^What kro makes of default\/my can't be told: instance default\/my: .*key/);
    assert.deepEqual(instances, []);
    const hidden = { ...secret, plaintext: '{"not": "hush"}' };
    const refused = await expectedOf(stack([RGD, definition], [SHOP, instance({ key: hidden })]), []);
    assert.deepEqual(refused.notes, ["What kro makes of default/my can't be told: a secret is refused."]);
  });

  it("takes from the cluster what only it could know", async () => {
    const { instances } = await expectedOf(stack([RGD, definition], [SHOP, instance({ key: "a" })]), []);
    const config = instances[0]!.children[1]!;
    const own = instance({ key: "a" }) as unknown as LiveObject;
    const service = { kind: "Service", metadata: {}, spec: { clusterIP: "10.0.0.1" } } as unknown as LiveObject;
    const { data } = withObserved(config, definition, own, new Map([["service", service]])).object;
    assert.deepEqual(data, { KEY: "a", IP: "10.0.0.1", BOTH: "10.0.0.1:80" });
    const unresolved = withObserved(config, definition, own, new Map()).object.data as Record<string, unknown>;
    assert.ok(unresolved.IP instanceof KnownAfterApply && unresolved.KEY === "a");
  });
});
