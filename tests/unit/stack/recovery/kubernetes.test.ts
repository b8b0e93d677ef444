import assert from "node:assert/strict";
import { kubernetesLookup } from "../../../../automation/stack/recovery/kubernetes.ts";
import { managed, type ResourceState, readState } from "../../../../automation/stack/state.ts";
import { FakeApiServer } from "../../live/fakeApiServer.ts";

const OWN = "urn:pulumi:dev::p::pulumi:providers:kubernetes::own";

const declared = (kind: string, metadata: object): ResourceState => ({
  urn: `urn:pulumi:dev::p::kubernetes:kro.run/v1alpha1:${kind}::x`,
  type: `kubernetes:kro.run/v1alpha1:${kind}`,
  provider: `${OWN}::1`,
  inputs: { metadata, spec: { tableName: "t" } },
});
const CREATED = "2026-01-01T00:00:00Z";
const managedFields = [{ manager: "pulumi-kubernetes-1234", fieldsV1: { "f:spec": {} } }];
const live = (kind: string, metadata: { readonly name: string; readonly namespace?: string }, spec: object) => ({
  apiVersion: "kro.run/v1alpha1",
  kind,
  metadata: { ...metadata, creationTimestamp: CREATED, managedFields },
  spec,
});

describe("what a killed run made in the cluster", () => {
  const { KUBECONFIG } = process.env;
  let server: FakeApiServer;
  let lookup: ReturnType<typeof kubernetesLookup>;
  let own: ResourceState;

  beforeEach(async () => {
    delete process.env.KUBECONFIG;
    server = new FakeApiServer();
    const kubeconfig = (await server.start()).exportConfig();
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.serve("kro.run/v1alpha1", "CartsStack", "cartsstacks");
    const type = "pulumi:providers:kubernetes";
    own = { urn: OWN, type, custom: true, id: "1", inputs: { kubeconfig } };
    lookup = kubernetesLookup({}, "/nowhere");
  });
  afterEach(() => {
    if (KUBECONFIG !== undefined) process.env.KUBECONFIG = KUBECONFIG;
    server.stop();
  });

  const find = (resource: ResourceState) => lookup(managed(resource), readState({ resources: [own] }, "p", "dev"));

  it("is an instance in its namespace, or in the default one, and an RGD in none", async () => {
    server.put(live("CartsStack", { name: "carts", namespace: "default" }, { tableName: "t", filledIn: 1 }));
    server.put(live("ResourceGraphDefinition", { name: "cartsstack" }, { tableName: "t" }));
    const found = await find(declared("CartsStack", { name: "carts" }));
    assert.deepEqual([found!.id, found!.differs, found!.created], ["carts", [], new Date(CREATED)]);
    assert.deepEqual(found!.outputs, { __fieldManager: "pulumi-kubernetes-1234" });
    assert.equal((await find(declared("CartsStack", { name: "carts", namespace: "default" })))!.id, "default/carts");
    assert.deepEqual((await find(declared("ResourceGraphDefinition", { name: "cartsstack" })))!.differs, []);
  });

  it("differs where it is not as it is declared", async () => {
    server.put(live("CartsStack", { name: "carts", namespace: "default" }, { tableName: "other" }));
    assert.deepEqual((await find(declared("CartsStack", { name: "carts" })))!.differs, ["spec"]);
  });

  it("is nothing where it or its kind is not there, and unknown where the API server does not say", async () => {
    assert.equal(await find(declared("CartsStack", { name: "carts" })), undefined);
    assert.equal(await find(declared("Other", { name: "carts" })), undefined);
    server.refused.set("/apis/kro.run/v1alpha1/namespaces/default/cartsstacks/carts", 403);
    await assert.rejects(
      find(declared("CartsStack", { name: "carts" })),
      /CartsStack carts can't be looked up.*HTTP 403/,
    );
  });
});
