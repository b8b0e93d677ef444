import assert from "node:assert/strict";
import { Watcher } from "../../../packages/live/watch.ts";
import { FakeApiServer } from "./fakeApiServer.ts";

const TARGET = { apiVersion: "example.com/v1", kind: "Shop", namespace: "default" };
const shop = (name: string, more: object = {}) => ({
  apiVersion: "example.com/v1",
  kind: "Shop",
  metadata: { name, namespace: "default" },
  ...more,
});

describe("what is followed in a cluster", () => {
  let server: FakeApiServer;
  let watcher: Watcher;
  let seen: (() => void)[];

  beforeEach(async () => {
    server = new FakeApiServer();
    seen = [];
    watcher = new Watcher(
      await server.start(),
      () => {
        for (const check of seen) check();
      },
      20,
    );
  });
  afterEach(() => {
    watcher.stop();
    server.stop();
  });

  const names = () => watcher.objects.map(({ metadata }) => metadata.name).sort();

  /** When the objects are these, by a change that was told. */
  const until = (...wanted: string[]) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (names().join() === wanted.join()) resolve();
      };
      seen.push(check);
      check();
    });

  it("is all there when the first answer is, with every field", async () => {
    server.serve("example.com/v1", "Shop", "shops");
    server.put(shop("a", { newerThanAnyClient: 1 }));
    server.put(shop("b"));
    watcher.follow(TARGET);
    await watcher.answered();
    assert.deepEqual(names(), ["a", "b"]);
    const [a] = watcher.objects;
    assert.deepEqual([a!.newerThanAnyClient, a!.kind, a!.apiVersion], [1, "Shop", "example.com/v1"]);
  });

  it("comes and goes as in the cluster, also after the API server has ended the watch", async () => {
    server.serve("example.com/v1", "Shop", "shops");
    watcher.follow(TARGET);
    await watcher.answered();
    server.put(shop("a"));
    await until("a");
    server.endWatches();
    server.put(shop("b"));
    server.remove(shop("a"));
    watcher.follow({ ...TARGET, name: "c" });
    server.put(shop("c"));
    await until("b", "c", "c");
    assert.deepEqual(watcher.problems, []);
  });

  it("is one object where one is named", async () => {
    server.serve("example.com/v1", "Shop", "shops");
    server.put(shop("a"));
    server.put(shop("b"));
    watcher.follow({ ...TARGET, name: "b" });
    await watcher.answered();
    assert.deepEqual(names(), ["b"]);
  });

  it("is waited for where its kind is not served yet", async () => {
    watcher.follow(TARGET);
    await watcher.answered();
    assert.deepEqual([names(), watcher.problems], [[], []]);
    server.serve("example.com/v1", "Shop", "shops");
    server.put(shop("a"));
    await until("a");
  });

  it("may be what somebody is not allowed to see, until they are", async () => {
    server.serve("example.com/v1", "Shop", "shops");
    server.put(shop("a"));
    server.refused.set("/apis/example.com/v1/namespaces/default/shops", 403);
    watcher.follow(TARGET);
    watcher.follow({ ...TARGET, name: "a" });
    await watcher.answered();
    assert.match(watcher.problems.join("\n"), /^Shop default\/\* can't be seen: .* HTTP 403.*\nShop default\/a can't/);
    server.refused.clear();
    await until("a", "a");
  });

  it("is seen where it may be listed, but not be watched", async () => {
    server.serve("example.com/v1", "Shop", "shops");
    server.put(shop("a"));
    server.refused.set("watch /apis/example.com/v1/namespaces/default/shops", 403);
    watcher.follow(TARGET);
    await watcher.answered();
    assert.deepEqual(names(), ["a"]);
    assert.match(watcher.problems.join(), /^Shop default\/\* can't be seen/);
    server.put(shop("b"));
    await until("a", "b");
  });

  it("is nothing, with a reason, where no cluster answers", async () => {
    server.stop();
    watcher.follow(TARGET);
    watcher.follow({ ...TARGET, name: "a" });
    await watcher.answered();
    assert.match(watcher.problems.join("\n"), /^The cluster could not be asked: .*ECONNREFUSED.*\.$/);
  });
});
