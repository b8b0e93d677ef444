import assert from "node:assert/strict";
import type { KubeConfig } from "@kubernetes/client-node";
import { ApiError, isForbidden } from "../../../packages/live/apiError.ts";
import { clusterClient } from "../../../packages/live/kubernetesClient.ts";
import { FakeApiServer } from "./fakeApiServer.ts";

const SHOP = {
  apiVersion: "example.com/v1",
  kind: "Shop",
  metadata: { name: "one", namespace: "default", labels: { team: "a" } },
  newerThanAnyClient: { kept: true },
};
const KEY = { apiVersion: "example.com/v1", kind: "Shop", namespace: "default" };
const PATH = "/apis/example.com/v1/namespaces/default/shops";

describe("the client of a cluster", () => {
  const { signal } = new AbortController();
  let server: FakeApiServer;
  let config: KubeConfig;

  beforeEach(async () => {
    server = new FakeApiServer();
    config = await server.start();
    server.serve("v1", "Namespace", "namespaces", false);
    server.serve("example.com/v1", "Shop", "shops");
    server.put(SHOP);
  });
  afterEach(() => server.stop());

  it("gives objects as the API server has them, each with its kind", async () => {
    const client = clusterClient(config, signal);
    const got = await client.get({ ...KEY, name: "one" });
    assert.deepEqual([got!.newerThanAnyClient, got!.kind], [{ kept: true }, "Shop"]);
    const [listed, ...others] = await client.list(KEY, { team: "a" });
    assert.deepEqual([listed, others], [got, []]);
    assert.deepEqual(await client.list(KEY, { team: "b" }), []);
  });

  it("asks what would become of an object, and makes none", async () => {
    server.admit = (object) => ({ ...object, admitted: true });
    const shop = { metadata: { generateName: "one-" } };
    const found = await clusterClient(config, signal).rehearse(KEY, shop);
    assert.deepEqual(found, { apiVersion: KEY.apiVersion, kind: KEY.kind, ...shop, admitted: true } as unknown);
    assert.deepEqual(
      server.tried.map(({ path }) => path),
      [`${PATH}?dryRun=All`],
    );
    server.refused.set(PATH, 403);
    await assert.rejects(clusterClient(config, signal).rehearse(KEY, shop), (error) => isForbidden(error));
  });

  it("deletes an object only while it is the one of that uid", async () => {
    await clusterClient(config, signal).remove({ ...KEY, name: "one" }, "u-1");
    assert.deepEqual(server.deletions, [{ path: `${PATH}/one`, body: { preconditions: { uid: "u-1" } } }]);
    server.refused.set(`${PATH}/one`, 409);
    await assert.rejects(clusterClient(config, signal).remove({ ...KEY, name: "one" }, "u-2"), ApiError);
  });

  it("asks once more where the API server has just closed the connection that it kept", async () => {
    const client = clusterClient(config, signal);
    await client.get({ ...KEY, name: "one" });
    for (const ask of [
      () => client.get({ ...KEY, name: "one" }),
      () => client.rehearse(KEY, {}),
      () => client.patch({ ...KEY, name: "one" }, {}),
    ]) {
      server.cutOff = 1;
      await ask();
      assert.equal(server.cutOff, 0);
    }
  });

  it("knows nothing of an object that isn't there, or of a kind that isn't served", async () => {
    const client = clusterClient(config, signal);
    assert.equal(await client.get({ ...KEY, name: "two" }), undefined);
    for (const key of [
      { ...KEY, kind: "Other" },
      { ...KEY, apiVersion: "nobody.example.com/v1" },
    ]) {
      assert.equal(await client.get({ ...key, name: "one" }), undefined);
      assert.deepEqual(await client.list(key), []);
    }
  });

  it("asks for an object without a namespace where its kind has none", async () => {
    server.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    const key = { apiVersion: "v1", kind: "Namespace", namespace: "default", name: "shop" };
    assert.equal((await clusterClient(config, signal).get(key))?.metadata.name, "shop");
  });

  it("says with which status and words it was refused", async () => {
    for (const [status, isForbidden] of [
      [403, true],
      [401, false],
      [500, false],
    ] as const) {
      server.refused.set(PATH, status);
      await assert.rejects(clusterClient(config, signal).list(KEY), (error) => {
        assert.ok(error instanceof ApiError);
        assert.deepEqual([error.status, error.isForbidden], [status, isForbidden]);
        assert.equal(error.message, `the API server answered with HTTP ${status}: somebody cannot GET ${PATH}`);
        return true;
      });
    }
  });

  it("finds a kind that came after it was first asked for, and asks again after a failure", async () => {
    const client = clusterClient(config, signal);
    const key = { apiVersion: "late.example.com/v1", kind: "Late", namespace: "default", name: "one" };
    server.refused.set("/apis/late.example.com/v1", 503);
    await assert.rejects(client.get(key), /HTTP 503/);
    server.refused.clear();
    assert.equal(await client.get(key), undefined);
    server.serve("late.example.com/v1", "Late", "lates");
    server.put({ ...SHOP, apiVersion: "late.example.com/v1", kind: "Late" });
    assert.equal((await client.get(key))?.kind, "Late");
  });

  it("keeps its connections, and has few of them, however much is asked at a time", async () => {
    const client = clusterClient(config, signal);
    for (let i = 0; i < 5; i++) await client.get({ ...KEY, name: "one" });
    assert.equal(server.connections, 1);
    await Promise.all(Array.from({ length: 50 }, () => client.get({ ...KEY, name: "one" })));
    assert.ok(server.connections <= 8, `${server.connections} connections`);
    const discoveries = server.requests.filter((path) => path === "/apis/example.com/v1");
    assert.equal(discoveries.length, 1);
  });

  it("is not waited for when it doesn't answer, nor once the command is interrupted", async () => {
    server.refused.set(PATH, "never");
    const controller = new AbortController();
    const interrupted = clusterClient(config, controller.signal).list(KEY);
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(interrupted, { message: "interrupted" });
    const impatient = clusterClient(config, signal, 0.1).list(KEY);
    await assert.rejects(impatient, { message: "the cluster did not answer within 0.1 s" });
  });

  it("has its time from when it is asked, however many are asked before", async () => {
    server.delay = 50;
    const client = clusterClient(config, signal, 0.3);
    await client.get({ ...KEY, name: "one" });
    const found = await Promise.all(Array.from({ length: 120 }, () => client.get({ ...KEY, name: "one" })));
    assert.equal(found.length, 120);
    server.delay = 0;
  });

  it("is not waited for by those that are still to ask, where it answers nothing", async () => {
    server.refused.set(PATH, "never");
    const client = clusterClient(config, signal, 0.2);
    const asked = server.requests.length;
    const results = await Promise.allSettled(Array.from({ length: 300 }, () => client.list(KEY)));
    assert.ok(results.every(({ status }) => status === "rejected"));
    assert.ok(server.requests.length - asked < 40, `${server.requests.length - asked} requests`);
  });
});
