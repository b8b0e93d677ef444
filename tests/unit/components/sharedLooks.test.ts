import assert from "node:assert/strict";
import { sharedGet } from "../../../components/sharedLooks.ts";
import { type ClusterClient, clusterClient } from "../../../packages/live/index.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const HOUR = 3_600_000;
const numbers = Array.from({ length: 20 }, (_, i) => i);
const tableOf = (i: number) => ({
  ...{ apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table" },
  ...{ namespace: `shop-${i}`, name: "carts-table" },
});

describe("what many wait for in one cluster", () => {
  let server: FakeApiServer;
  let client: ClusterClient;
  let over: AbortController[];

  beforeEach(async () => {
    server = new FakeApiServer();
    client = clusterClient(await server.start(), new AbortController().signal);
    const { apiVersion, kind } = tableOf(0);
    server.serve(apiVersion, kind, "tables");
    for (const i of numbers.slice(1)) {
      const { namespace, name } = tableOf(i);
      server.put({ apiVersion, kind, metadata: { namespace, name } });
    }
    over = numbers.map(() => new AbortController());
  });
  afterEach(() => server.stop());

  /** Which namespaces have a table, as each of some waits sees its own, in two looks; and how often the API server was asked for one. */
  async function looks(waits: readonly number[]) {
    const gets = waits.map((i) => sharedGet(client, HOUR, over[i]!.signal));
    const look = () => Promise.all(waits.map((i, at) => gets[at]!(tableOf(i))));
    await look();
    const seen = (await look()).map((table) => table?.metadata.namespace);
    return { seen, asked: server.requests.filter((path) => path.includes("/tables")).length };
  }
  const expected = (waits: readonly number[]) => waits.map((i) => (i === 0 ? undefined : `shop-${i}`));

  it("is asked for by name where there are few", async () => {
    const waits = [0, 1, 2];
    assert.deepEqual(await looks(waits), { seen: expected(waits), asked: 6 });
  });

  it("is listed once for all where there are many, and asked for by name again when few are left", async () => {
    assert.deepEqual(await looks(numbers), { seen: expected(numbers), asked: 1 });
    for (const one of over.slice(2)) one.abort();
    const late = sharedGet(client, HOUR, over[1]!.signal);
    assert.equal((await late(tableOf(1)))?.metadata.namespace, "shop-1");
    assert.match(server.requests.at(-1)!, /namespaces\/shop-1\/tables\/carts-table$/);
  });

  it("is asked for by name all the same where it can't be listed", async () => {
    server.refused.set("/apis/dynamodb.services.k8s.aws/v1alpha1/tables", 403);
    const { seen } = await looks(numbers);
    assert.deepEqual(seen, expected(numbers));
  });
});
