import assert from "node:assert/strict";
import { type ResourceState, readState } from "../../../automation/stack/state.ts";
import { refusedTables } from "../../../automation/update/wakeAck.ts";
import { FakeAws } from "../aws/fakeAws.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const API = "dynamodb.services.k8s.aws/v1alpha1";
const CLUSTER = "urn:pulumi:dev::p::pulumi:providers:kubernetes::cluster";
const ACCOUNT = "urn:pulumi:dev::p::pulumi:providers:aws::aws";
const PATH = `/apis/${API}/namespaces/shop/tables/t`;

describe("ACK that does not try again", () => {
  const server = new FakeApiServer();
  const aws = new FakeAws();
  let kubeconfig: string;

  before(async () => {
    kubeconfig = (await server.start()).exportConfig();
    server.serve(API, "Table", "tables");
    server.serve("iam.services.k8s.aws/v1alpha1", "Role", "roles");
    server.serve("eks.services.k8s.aws/v1alpha1", "PodIdentityAssociation", "podidentityassociations");
    await aws.start();
  });
  after(() => {
    server.stop();
    aws.stop();
  });

  const resource = (type: string, provider: string, inputs: object): ResourceState => ({
    ...{ urn: `urn:pulumi:dev::p::${type}::x`, type, id: "x", custom: true, provider: `${provider}::1` },
    inputs: inputs as NonNullable<ResourceState["inputs"]>,
  });
  const provider = (urn: string, type: string, inputs: ResourceState["inputs"]): ResourceState => ({
    ...{ urn, type: `pulumi:providers:${type}`, id: "1", custom: true, inputs },
  });

  /** What is patched, and what is said, of a Table in a state. */
  async function wake(
    protectedInAws: boolean,
    others: { deleting?: boolean; refused?: boolean; policy?: string; spec?: object },
  ) {
    const { deleting = true, refused = true, policy = "delete", spec = {} } = others;
    const labels = { "kro.run/instance-name": "carts", "kro.run/instance-namespace": "default" };
    const annotations = { "services.k8s.aws/deletion-policy": policy };
    server.put({
      ...{ apiVersion: API, kind: "Table", spec: { tableName: "shop-carts", ...spec } },
      metadata: {
        name: "t",
        namespace: "shop",
        labels,
        annotations,
        ...(deleting && { deletionTimestamp: "2026" }),
      } as never,
      status: { conditions: refused ? [{ type: "ACK.Terminal", status: "True", message: "no" }] : [] },
    });
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { DeletionProtectionEnabled: protectedInAws } }) };
    const keys = { region: "eu-north-1", accessKey: "A", secretKey: "s" };
    const resources = [
      provider(CLUSTER, "kubernetes", { kubeconfig }),
      provider(ACCOUNT, "aws", keys),
      resource("kubernetes:kro.run/v1alpha1:CartsStack", CLUSTER, {
        ...{ apiVersion: "kro.run/v1alpha1", kind: "CartsStack", metadata: { name: "carts", namespace: "default" } },
        spec: { tableName: "shop-carts" },
      }),
      resource("aws:iam/role:Role", ACCOUNT, {}),
    ];
    const notes: string[] = [];
    server.patches.length = 0;
    const stack = readState({ resources }, "p", "dev");
    const found = await refusedTables(stack, { cwd: ".", note: (text) => notes.push(text) });
    assert.equal(server.patches.length, 0, "a look changes nothing");
    await found.wake();
    return { patches: server.patches.map(({ path, body }) => [path.split("?")[0], body]), notes };
  }

  it("is woken by a spec that asks for what AWS has already, and that is said", async () => {
    const { patches, notes } = await wake(false, {});
    assert.deepEqual(patches, [[PATH, { spec: { deletionProtectionEnabled: false } }]]);
    assert.deepEqual(notes, ["AWS refused to delete Table shop/t before; ACK is made to try again"]);
    const again = await wake(false, { spec: { deletionProtectionEnabled: false } });
    assert.deepEqual(again.patches, [[PATH, { spec: { deletionProtectionEnabled: null } }]]);
  });

  it("is not asked to take a protection off, but to keep the table", async () => {
    assert.deepEqual(await wake(true, {}), { patches: [], notes: [] });
    assert.equal((await wake(true, { policy: "retain" })).patches.length, 1);
  });

  it("is woken for a role and an association of the graph as well", async () => {
    const objects = [
      { apiVersion: "iam.services.k8s.aws/v1alpha1", kind: "Role" },
      { apiVersion: "eks.services.k8s.aws/v1alpha1", kind: "PodIdentityAssociation" },
    ].map((kind) => {
      const labels = { "kro.run/instance-name": "carts", "kro.run/instance-namespace": "default" };
      const metadata = { name: "carts", namespace: "shop", labels, deletionTimestamp: "2026" };
      const status = { conditions: [{ type: "ACK.Recoverable", status: "True", message: "AccessDenied" }] };
      return { ...kind, metadata, spec: {}, status };
    });
    for (const object of objects) server.put(object);
    const { patches } = await wake(true, {});
    assert.deepEqual(
      patches.map(([path, body]) => [(path as string).split("/").at(-2), body]),
      [
        ["roles", { spec: { maxSessionDuration: 3600 } }],
        ["podidentityassociations", { spec: { disableSessionTags: false } }],
      ],
    );
    for (const object of objects) server.remove(object);
  });

  it("is left alone where nothing is being deleted, or nothing was refused", async () => {
    assert.deepEqual(await wake(false, { deleting: false }), { patches: [], notes: [] });
    assert.deepEqual(await wake(false, { refused: false }), { patches: [], notes: [] });
  });

  it("is said to sleep on where the patch is refused", async () => {
    server.refused.set(PATH, 403);
    const { notes } = await wake(false, {});
    server.refused.clear();
    assert.match(notes.join(), /^ACK could not be made to try again to delete Table shop\/t: .*HTTP 403/);
  });
});
