import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Target, Watcher } from "../../../packages/live/watch.ts";
import { FakeApiServer } from "./fakeApiServer.ts";

const SHOP = { apiVersion: "example.com/v1", kind: "Shop" };
const target = (i: number): Target => ({
  ...SHOP,
  namespace: `ns-${i}`,
  name: "shop",
  labels: { owned: "yes", of: `${i}` },
});
const shop = (i: number, metadata: object = {}) => ({
  ...SHOP,
  metadata: { name: "shop", namespace: `ns-${i}`, labels: { owned: "yes", of: `${i}` }, ...metadata },
});
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("many of a kind that are followed in a cluster", () => {
  let server: FakeApiServer;
  let watcher: Watcher;

  beforeEach(async () => {
    server = new FakeApiServer();
    watcher = new Watcher(await server.start(), () => {}, 20);
    server.serve(SHOP.apiVersion, SHOP.kind, "shops");
  });
  afterEach(() => {
    watcher.stop();
    server.stop();
  });

  const seen = () => watcher.objects.map(({ metadata: { namespace } }) => namespace).sort();
  const until = async (what: () => boolean) => {
    while (!what()) await sleep(5);
  };

  it("take one list and one watch, of what they have in common, and others are not among them", async () => {
    for (const i of numbers(300)) server.put(shop(i));
    server.put(shop(0, { name: "other" }));
    server.put({
      ...shop(1),
      metadata: { name: "strange", namespace: "ns-1", labels: { owned: "no", of: "1" } },
    } as never);
    watcher.follow(...numbers(300).map(target));
    await watcher.answered();
    assert.deepEqual(
      seen(),
      numbers(300)
        .map((i) => `ns-${i}`)
        .sort(),
    );
    await until(() => server.watches === 1);
    const asked = server.requests
      .filter((path) => path.includes("shops"))
      .map((path) => path.replace(/resourceVersion=\d+/, ""));
    assert.equal(asked.length, 2, asked.join("\n"));
    assert.ok(
      asked.every((path) => decodeURIComponent(path).includes("labelSelector=owned=yes,of")),
      asked.join("\n"),
    );
    server.remove(shop(7));
    await until(() => !seen().includes("ns-7"));
    assert.ok(watcher.hasLooked(target(7)));
  });

  it("have a watch each as long as they are few, and one when more of them come", async () => {
    for (const i of numbers(40)) server.put(shop(i));
    for (const i of numbers(10)) watcher.follow(target(i));
    await watcher.answered();
    await until(() => server.watches === 10);
    for (const i of numbers(40).slice(10)) watcher.follow(target(i));
    await watcher.answered();
    await until(() => server.watches === 1);
    assert.equal(seen().length, 40);
    server.remove(shop(3));
    await until(() => seen().length === 39);
  });

  it("have a watch each where nobody may see them together", async () => {
    for (const i of numbers(12)) server.put(shop(i));
    server.refused.set("/apis/example.com/v1/shops", 403);
    watcher.follow(...numbers(12).map(target));
    await watcher.answered();
    assert.equal(seen().length, 12);
    assert.deepEqual(watcher.problems, []);
    await until(() => server.watches === 12);
    watcher.follow(target(12));
    server.put(shop(12));
    await until(() => seen().length === 13);
  });

  it("are kept without what each manager has written, which nobody reads", async () => {
    const managedFields = [{ manager: "ack", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:spec": {} } }];
    server.put(shop(1, { managedFields }));
    watcher.follow(target(1), target(2));
    await watcher.answered();
    server.put(shop(2, { managedFields }));
    await until(() => seen().length === 2);
    for (const { metadata } of watcher.objects) {
      assert.deepEqual(metadata.managedFields, [{ manager: "ack", time: "2026-01-01T00:00:00Z" }]);
    }
  });
});
