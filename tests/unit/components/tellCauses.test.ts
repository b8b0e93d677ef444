import assert from "node:assert/strict";
import { causeFinder, type ObjectKey } from "../../../components/tellCauses.ts";
import { type ClusterClient, clusterClient } from "../../../packages/live/index.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const INSTANCE = { apiVersion: "kro.run/v1alpha1", kind: "CartsStack", namespace: "default", name: "carts" };
const ACK = { apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table", namespace: "shop", name: "carts-table" };
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "carts" };

describe("what an object is waited for in vain", () => {
  let server: FakeApiServer;
  let client: ClusterClient;
  let find: () => Promise<string[]>;

  beforeEach(async () => {
    server = new FakeApiServer();
    client = clusterClient(await server.start(), new AbortController().signal);
    server.serve(INSTANCE.apiVersion, INSTANCE.kind, "cartsstacks");
    server.serve(ACK.apiVersion, ACK.kind, "tables");
    server.serve(DEPLOYMENT.apiVersion, DEPLOYMENT.kind, "deployments");
    find = causeFinder(client.get, INSTANCE, [ACK, DEPLOYMENT]);
  });
  afterEach(() => server.stop());

  const put = ({ apiVersion, kind, namespace, name }: ObjectKey, ...conditions: object[]) =>
    server.put({
      apiVersion,
      kind,
      metadata: { namespace, name, generation: 2 } as { name: string; namespace?: string },
      status: { observedGeneration: 2, conditions },
    });
  const notReady = (message: string, observedGeneration = 2) => {
    const condition = { status: "False", reason: "NotReady", message, observedGeneration };
    const managed = { type: "InstanceManaged", status: "True", observedGeneration };
    return put(INSTANCE, managed, { type: "ResourcesReady", ...condition }, { type: "Ready", ...condition });
  };

  it("is nothing while kro only waits, or has not come to this generation", async () => {
    assert.deepEqual([await find(), await find()], [[], []], "nothing is there");
    notReady('awaiting resource readiness: waiting for node "deployment": readyWhen condition evaluated to false');
    put(ACK, { type: "ACK.ResourceSynced", status: "False", message: "Resource not synced" });
    put(DEPLOYMENT, { type: "Available", status: "False", message: "no minimum availability" });
    assert.deepEqual([await find(), await find()], [[], []]);
    notReady("spec.selector: field is immutable", 1);
    assert.deepEqual([await find(), await find()], [[], []]);
  });

  it("is each cause once, when it is seen for the second time in a row", async () => {
    const refused = "resource reconciliation failed: spec.selector:\n field is immutable";
    notReady(refused);
    assert.deepEqual(await find(), []);
    notReady("cluster mutated");
    assert.deepEqual(await find(), []);
    notReady(refused);
    assert.deepEqual(await find(), []);
    assert.deepEqual(await find(), [refused.replace("\n", "")]);
    const terminal = (id: string) =>
      put(ACK, { type: "ACK.Terminal", status: "True", message: `ValidationException: bad, RequestID: ${id}` });
    terminal("0b7a2c1e-aaaa-bbbb-cccc-000000000001");
    put(DEPLOYMENT, { type: "ReplicaFailure", status: "True", message: "exceeded quota: small" });
    assert.deepEqual(await find(), []);
    assert.deepEqual(
      (await find()).map((text) => text.split(", ")[0]),
      ["Table carts-table: ACK.Terminal: ValidationException: bad", "Deployment carts: exceeded quota: small"],
    );
    terminal("0b7a2c1e-aaaa-bbbb-cccc-000000000002");
    assert.deepEqual([await find(), await find()], [[], []], "AWS answers with another id each time");
  });

  it("is, of an RGD, why kro refuses it", async () => {
    const rgd = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", name: "cartsstack" };
    server.serve(rgd.apiVersion, rgd.kind, "resourcegraphdefinitions", false);
    put(rgd, { type: "GraphAccepted", status: "False", message: "unknown field", observedGeneration: 2 });
    const look = causeFinder(client.get, rgd, []);
    assert.deepEqual([await look(), await look(), await look()], [[], ["unknown field"], []]);
  });
});
