import assert from "node:assert/strict";
import { finish, prepare, recreate } from "../../../automation/adopt/beside.ts";
import { type ClusterClient, clusterClient, type LiveObject } from "../../../packages/live/index.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const ALLOW = "kro.run/allow-breaking-changes";
const POLICY = "services.k8s.aws/deletion-policy";
const RGD = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" };
const TABLE = { apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table" };
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment" };
const NONE = { retain: [], remove: [], allow: undefined, allowed: [], recreate: [] };

/** Who has written the annotation by which kro takes a breaking change. */
const writtenBy = (manager: string) => [
  { manager, operation: "Update", fieldsV1: { "f:metadata": { "f:annotations": { [`f:${ALLOW}`]: {} } } } },
];

describe("what an adoption does beside its update", () => {
  let server: FakeApiServer;
  let cluster: ClusterClient;

  beforeEach(async () => {
    server = new FakeApiServer();
    const config = await server.start();
    server.serve(RGD.apiVersion, RGD.kind, "resourcegraphdefinitions", false);
    server.serve(TABLE.apiVersion, TABLE.kind, "tables");
    server.serve(DEPLOYMENT.apiVersion, DEPLOYMENT.kind, "deployments");
    cluster = clusterClient(config, new AbortController().signal);
  });
  afterEach(() => server.stop());

  async function put(
    type: object,
    metadata: Readonly<Record<string, unknown>> & { readonly name: string },
    more: object = {},
  ): Promise<LiveObject> {
    const object = { ...type, metadata, ...more } as LiveObject;
    server.put(object);
    const { apiVersion, kind } = object;
    const { name, namespace } = object.metadata;
    return (await cluster.get({ apiVersion, kind, name, namespace }))!;
  }

  const patches = () => server.patches.map(({ path, body }) => [path.replace(/^.*\/([^/?]*)\?.*$/, "$1"), body]);
  const annotated = (key: string, value: string | null) => ({ metadata: { annotations: { [key]: value } } });

  it("keeps tables before it allows anything", async () => {
    const table = await put(TABLE, { name: "items", namespace: "n" });
    const rgd = await put(RGD, { name: "cartsstack" });
    await prepare({ ...NONE, retain: [table], allow: rgd }, cluster);
    assert.deepEqual(patches(), [
      ["items", annotated(POLICY, "retain")],
      ["cartsstack", annotated(ALLOW, "true")],
    ]);
  });

  it("makes its own what somebody has allowed with kubectl, which Pulumi would take away", async () => {
    const theirs = {
      name: "cartsstack",
      annotations: { [ALLOW]: "true" },
      managedFields: writtenBy("kubectl-annotate"),
    };
    await prepare({ ...NONE, allow: await put(RGD, theirs) }, cluster);
    assert.deepEqual(patches(), [
      ["cartsstack", annotated(ALLOW, null)],
      ["cartsstack", annotated(ALLOW, "true")],
    ]);
  });

  it("takes away afterwards what is its own, and deletes only an object that keeps its table", async () => {
    const ours = await put(RGD, { name: "ours", annotations: { [ALLOW]: "true" }, managedFields: writtenBy("carts") });
    const theirs = await put(RGD, { name: "theirs", annotations: { [ALLOW]: "true" }, managedFields: writtenBy("x") });
    const kept = await put(TABLE, { name: "kept", namespace: "n", annotations: { [POLICY]: "retain" } });
    const lost = await put(TABLE, { name: "lost", namespace: "n", annotations: { [POLICY]: "delete" } });
    const gone = { ...kept, metadata: { ...kept.metadata, name: "gone" } };
    const told: string[] = [];
    await finish({ ...NONE, remove: [kept, lost, gone] }, [ours, theirs], cluster, (text) => told.push(text));
    assert.deepEqual(patches(), [["ours", annotated(ALLOW, null)]]);
    assert.deepEqual(
      server.deletions.map(({ path, body }) => [path.split("/").at(-1), body]),
      [["kept", { preconditions: { uid: kept.metadata.uid } }]],
    );
    assert.match(told.join(), /^Table n\/lost was not deleted: its deletion policy is not retain any more$/);
  });

  it("deletes a Deployment once kro has the new graph, and no other that came in its place", async () => {
    const selector = (a: string) => ({ spec: { selector: { matchLabels: { a } } } });
    const ready = { status: { conditions: [{ type: "Ready", status: "True", observedGeneration: 2 }] } };
    const before = await put(RGD, { name: "cartsstack", generation: 1 }, { spec: { graph: "old" } });
    const old = await put(DEPLOYMENT, { name: "carts", namespace: "n" }, selector("old"));
    const [over, told] = [new AbortController(), [] as string[]];
    const running = recreate([old], {
      ...{ definition: before, cluster, over: over.signal, every: 20 },
      tell: (text) => told.push(text),
    });
    const looked = async () => {
      const from = server.requests.length;
      while (server.requests.length < from + 9) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await looked();
    assert.deepEqual(server.deletions, []);
    await put(RGD, { name: "cartsstack", generation: 2 }, { spec: { graph: "new" }, ...ready });
    while (server.deletions.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await put(DEPLOYMENT, { name: "carts", namespace: "n" }, selector("new"));
    const deletions = server.deletions.length;
    await looked();
    over.abort();
    await running;
    assert.ok(server.deletions.length - deletions <= 1, "one may have been on its way");
    assert.match(told[0]!, /^Deployment n\/carts was deleted, for kro to make it anew$/);
  });
});
