import assert from "node:assert/strict";
import { releaseLeft } from "../../../../automation/stack/recovery/managers.ts";
import type { SelectedStack } from "../../../../automation/stack/selection.ts";
import { type ResourceState, readState } from "../../../../automation/stack/state.ts";
import type { LiveObject } from "../../../../packages/live/index.ts";
import { FakeApiServer } from "../../live/fakeApiServer.ts";

const API = "kro.run/v1alpha1";
const CLUSTER = "urn:pulumi:dev::p::pulumi:providers:kubernetes::cluster";
const URN = `urn:pulumi:dev::p::kubernetes:${API}:CartsStack::carts`;
const PATH = `/apis/${API}/namespaces/default/cartsstacks/carts-kro`;

/** Names that the plugin makes up. */
const [OWN, LEFT] = ["pulumi-kubernetes-10959e80", "pulumi-kubernetes-0e1c9734"];
const applied = (manager: string) => ({ manager, operation: "Apply", fieldsV1: { "f:spec": { "f:replicas": {} } } });
const kro = { manager: "kro", operation: "Apply", fieldsV1: { "f:metadata": {} } };

describe("an instance that a killed run has created under another manager", () => {
  const server = new FakeApiServer();
  let kubeconfig: string;

  before(async () => {
    kubeconfig = (await server.start()).exportConfig();
    server.serve(API, "CartsStack", "cartsstacks");
  });
  after(() => server.stop());

  /** What is patched, and said, of an instance with such managers, which a stack knows under `OWN`. */
  async function release(managedFields: readonly object[], others: readonly ResourceState[] = []) {
    const object = {
      ...{ apiVersion: API, kind: "CartsStack", spec: { replicas: 1 } },
      metadata: { name: "carts-kro", namespace: "default", uid: "u", resourceVersion: "7", managedFields },
    } as unknown as LiveObject;
    server.put(object as never);
    server.patches.length = 0;
    const resources: ResourceState[] = [
      { urn: CLUSTER, type: "pulumi:providers:kubernetes", id: "1", custom: true, inputs: { kubeconfig } },
      {
        ...{ urn: URN, type: `kubernetes:${API}:CartsStack`, id: "default/carts-kro", custom: true },
        ...{ provider: `${CLUSTER}::1`, outputs: { __fieldManager: OWN } },
      },
    ];
    const workspace = {
      listStacks: async () => [{ name: "dev" }, { name: "other" }],
      exportStack: async () => ({ deployment: { resources: others } }),
    };
    const selected = { stack: { name: "dev", history: async () => [], workspace }, state: { resources } };
    const notes: string[] = [];
    await releaseLeft(
      selected as unknown as SelectedStack,
      readState({ resources }, "p", "dev"),
      new Map([[URN, object]]),
      { cwd: ".", note: (text) => notes.push(text) },
    );
    return { patches: server.patches.map(({ path, body }) => [path.split("?")[0], body]), notes };
  }

  it("is taken from that one, so that its fields can be changed again, and it is said", async () => {
    const { patches, notes } = await release([applied(LEFT), kro, applied(OWN)]);
    const metadata = { resourceVersion: "7", managedFields: [kro, applied(OWN)] };
    assert.deepEqual(patches, [[PATH, { metadata }]]);
    assert.deepEqual(notes, [
      `CartsStack carts-kro: its fields were also those of a run that was killed (${LEFT}), and are no more`,
    ]);
  });

  it("is left alone where nobody but this stack and others than Pulumi manage it", async () => {
    assert.deepEqual(await release([kro, applied(OWN), applied("argo")]), { patches: [], notes: [] });
  });

  it("is left alone, and that is said, where another stack has it as well", async () => {
    const other = { ...{ urn: URN, type: "x", outputs: { metadata: { uid: "u" } } } };
    const { patches, notes } = await release([applied(LEFT), applied(OWN)], [other]);
    assert.deepEqual(patches, []);
    assert.match(notes.join(), /^the stack other has CartsStack carts-kro, too: as pulumi-kubernetes-0e1c9734 /);
  });

  it("is said to be as it was where the patch is refused", async () => {
    server.refused.set(PATH, 403);
    const { notes } = await release([applied(LEFT), applied(OWN)]);
    server.refused.clear();
    assert.match(notes.join(), /^carts: what a killed run left on CartsStack carts-kro could not be taken away: .*403/);
  });
});
