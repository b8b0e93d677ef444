import assert from "node:assert/strict";
import { type ResourceState, readState } from "../../../automation/stack/state.ts";
import { tableNotRetained } from "../../../automation/update/tableNotRetained.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const KRO = "kro.run/v1alpha1";
const ACK = "dynamodb.services.k8s.aws/v1alpha1";
const PROVIDER = "urn:pulumi:dev::p::pulumi:providers:kubernetes::cluster";
const INSTANCE = `/apis/${KRO}/namespaces/default/cartsstacks/carts`;

describe("a table that the stack's state keeps", () => {
  const server = new FakeApiServer();
  let kubeconfig: string;
  let notes: string[];

  before(async () => {
    kubeconfig = (await server.start()).exportConfig();
    server.serve(KRO, "CartsStack", "cartsstacks");
    server.serve(ACK, "Table", "tables");
  });
  beforeEach(() => {
    notes = [];
    server.refused.clear();
  });
  after(() => server.stop());

  const cluster = (tableOnDestroy: string, policy = tableOnDestroy, going = {}) => {
    const metadata = { name: "carts", namespace: "default", ...going };
    server.put({ apiVersion: KRO, kind: "CartsStack", metadata, spec: { tableOnDestroy } });
    const labels = { "kro.run/instance-name": "carts", "kro.run/instance-namespace": "default" };
    const annotations = { "services.k8s.aws/deletion-policy": policy };
    server.put({
      apiVersion: ACK,
      kind: "Table",
      metadata: { name: "t", namespace: "n", labels, annotations } as never,
    });
  };
  const causeFor = (tableOnDestroy: string, others: Partial<ResourceState> = {}) => {
    const type = `kubernetes:${KRO}:CartsStack`;
    const resources: ResourceState[] = [
      { urn: PROVIDER, type: "pulumi:providers:kubernetes", custom: true, id: "1", inputs: { kubeconfig } },
      {
        ...{ urn: `urn:pulumi:dev::p::${type}::x`, type, id: "x", custom: true, provider: `${PROVIDER}::1` },
        inputs: { metadata: { name: "carts" }, spec: { tableName: "shop-carts", tableOnDestroy } },
        ...others,
      },
    ];
    const look = { cwd: ".", note: (text: string) => notes.push(text) };
    return tableNotRetained(readState({ resources }, "p", "dev"), look);
  };

  it("is not destroyed where the cluster would delete it", async () => {
    cluster("delete");
    const cause = await causeFor("retain");
    assert.deepEqual([cause!.name, cause!.object], ["table-not-retained", "CartsStack default/carts"]);
    assert.match(
      cause!.message,
      /"delete" in the cluster, .* table shop-carts would be .*Nothing was .*`carts up` first/,
    );
    cluster("retain", "delete");
    const policy = await causeFor("retain");
    assert.equal(policy!.object, "Table n/t");
    assert.match(policy!.message, /`kubectl annotate table\S*\/t -n n services\.k8s\.aws\/deletion-policy=retain /);
    assert.deepEqual(notes, []);
  });

  it("is no hindrance where nothing is lost by it, or it is to go, or goes already", async () => {
    cluster("retain");
    assert.equal(await causeFor("retain"), undefined);
    assert.equal(await causeFor("delete"), undefined);
    cluster("delete");
    assert.equal(await causeFor("delete"), undefined);
    assert.equal(await causeFor("retain", { retainOnDelete: true }), undefined);
    cluster("delete", "delete", { deletionTimestamp: "2026-11-01T00:00:00Z" });
    assert.equal(await causeFor("retain"), undefined);
    assert.deepEqual(notes, []);
  });

  it("is found among hundreds, over few connections and in one list", async () => {
    const type = `kubernetes:${KRO}:CartsStack`;
    const names = Array.from({ length: 300 }, (_, i) => `many-${i}`);
    const owned = names.map((name): ResourceState => {
      const policy = name === "many-77" ? "delete" : "retain";
      const metadata = { name, namespace: "default" };
      server.put({ apiVersion: KRO, kind: "CartsStack", metadata, spec: { tableOnDestroy: "retain" } });
      const labels = { "kro.run/instance-name": name, "kro.run/instance-namespace": "default" };
      const annotations = { "services.k8s.aws/deletion-policy": policy };
      server.put({ apiVersion: ACK, kind: "Table", metadata: { name, namespace: "n", labels, annotations } as never });
      return {
        ...{ urn: `urn:pulumi:dev::p::${type}::${name}`, type, id: name, custom: true, provider: `${PROVIDER}::1` },
        inputs: { metadata: { name }, spec: { tableName: `shop-${name}`, tableOnDestroy: "retain" } },
      };
    });
    const cluster: ResourceState = {
      urn: PROVIDER,
      type: "pulumi:providers:kubernetes",
      custom: true,
      id: "1",
      inputs: { kubeconfig },
    };
    const [requests, connections] = [server.requests.length, server.connections];
    const cause = await tableNotRetained(readState({ resources: [cluster, ...owned] }, "p", "dev"), {
      cwd: ".",
      note: (text: string) => notes.push(text),
    });
    assert.equal(cause!.object, "Table n/many-77");
    assert.ok(server.connections - connections <= 8, `${server.connections - connections} connections`);
    assert.ok(server.requests.length - requests <= 300 + 5, `${server.requests.length - requests} requests`);
    assert.deepEqual(notes, []);
  });

  it("is said not to have been looked at where it can't be", async () => {
    cluster("delete");
    server.refused.set(INSTANCE, 403);
    assert.equal(await causeFor("retain"), undefined);
    assert.match(notes.join(), /^Whether CartsStack default\/carts keeps its table was not looked at: .*HTTP 403/);
  });
});
