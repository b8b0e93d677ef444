import assert from "node:assert/strict";
import { quickDrift } from "../../../automation/stack/quickDrift.ts";
import { type ResourceState, readState } from "../../../automation/stack/state.ts";
import { heldByRollout } from "../../../automation/update/rolloutUnderWay.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const KRO = "kro.run/v1alpha1";
const TYPE = `kubernetes:${KRO}:CartsStack`;
const PROVIDER = "urn:pulumi:dev::p::pulumi:providers:kubernetes::cluster";
const INSTANCE = `/apis/${KRO}/namespaces/default/cartsstacks/carts`;
const HELD = { stage: 2, of: "org/p/owner", since: "2026-11-01T00:00:00Z", rollout: "1" };

describe("an update of what a rollout holds", () => {
  const server = new FakeApiServer();
  let kubeconfig: string;

  before(async () => {
    kubeconfig = (await server.start()).exportConfig();
    server.serve(KRO, "CartsStack", "cartsstacks");
  });
  beforeEach(() => server.refused.clear());
  after(() => server.stop());

  /** What an `up` comes to that asks while the server has trouble, and again when it has none any more. */
  async function causeAfter(annotations: Readonly<Record<string, string>>, trouble?: number) {
    server.put({
      apiVersion: KRO,
      kind: "CartsStack",
      metadata: { name: "carts", namespace: "default", annotations } as never,
    });
    const resources: ResourceState[] = [
      { urn: PROVIDER, type: "pulumi:providers:kubernetes", custom: true, id: "1", inputs: { kubeconfig } },
      {
        ...{ urn: `urn:pulumi:dev::p::${TYPE}::carts`, type: TYPE, id: "default/carts", custom: true },
        ...{ provider: `${PROVIDER}::1`, inputs: { metadata: { name: "carts" } } },
      },
    ];
    const stack = readState({ resources }, "p", "dev");
    if (trouble) server.refused.set(INSTANCE, trouble);
    const found = await quickDrift(stack, { cwd: "/nowhere" });
    server.refused.clear();
    const asked = server.requests.length;
    const notes: string[] = [];
    const look = { stack: "dev", cwd: "/nowhere", note: (text: string) => notes.push(text) };
    const { cause, objects } = await heldByRollout(stack, look, found);
    assert.deepEqual([...objects.keys()], [resources[1]!.urn], "what is asked for again is known as well");
    const again = server.requests.slice(asked).filter((path) => path === INSTANCE).length;
    assert.equal(notes.length, again);
    return { cause, again };
  }
  const marks = { "kro.run/reconcile": "suspended", "carts-stack/rollout": JSON.stringify(HELD) };

  it("does not begin, nor when the cluster did not say so at once", async () => {
    const seen = await causeAfter(marks);
    assert.deepEqual(
      [seen.cause!.name, seen.cause!.object, seen.again],
      ["held-by-rollout", "CartsStack default/carts", 0],
    );
    const late = await causeAfter(marks, 503);
    assert.deepEqual([late.cause, late.again], [seen.cause, 1]);
  });

  it("begins where none does, and where somebody else has suspended it", async () => {
    const others: Readonly<Record<string, string>>[] = [{}, { "kro.run/reconcile": "suspended" }];
    for (const annotations of others) {
      assert.deepEqual(await causeAfter(annotations), { cause: undefined, again: 0 });
      assert.deepEqual(await causeAfter(annotations, 503), { cause: undefined, again: 1 });
    }
  });
});
