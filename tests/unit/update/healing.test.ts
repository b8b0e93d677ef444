import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Healing } from "../../../automation/update/healing.ts";
import { identityOf } from "../../../packages/kro/index.ts";
import { type ClusterClient, clusterClient } from "../../../packages/live/index.ts";
import type { LiveObject } from "../../../packages/live/liveObject.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { deploymentObject, instance, podObject, ROLLED_OUT, withCredentials } from "./live/objects.ts";

const deployment = deploymentObject(ROLLED_OUT);
const early = podObject({ phase: "Running" });
const PODS = "/api/v1/namespaces/carts-kro/pods";

describe("an update that sees pods without credentials", () => {
  let server: FakeApiServer;
  let cluster: ClusterClient;
  let healing: Healing;
  let notes: string[];
  let objects: LiveObject[];

  beforeEach(async () => {
    server = new FakeApiServer();
    cluster = clusterClient(await server.start(), new AbortController().signal);
    server.serve("v1", "Pod", "pods");
    server.serve("apps/v1", "Deployment", "deployments");
    server.put(deployment);
    notes = [];
    objects = [deployment, early];
    const followed = { ...instance, credentialUsers: [identityOf(deployment)] };
    healing = new Healing({
      seen: () => ({ views: [{ instance: followed, objects }] }),
      cluster: async () => cluster,
      note: (text) => notes.push(text),
      interval: 10,
    });
  });
  afterEach(() => {
    healing.stop();
    server.stop();
  });

  async function until(what: () => boolean): Promise<void> {
    while (!what()) await sleep(20);
  }

  it("restarts their Deployment once, when a new pod would have them, and not before", async () => {
    healing.look();
    await until(() => server.tried.length >= 2);
    assert.deepEqual([server.patches, healing.healed], [[], []]);
    server.admit = (pod) => withCredentials(pod as LiveObject);
    await until(() => notes.length > 0);
    const [restart, ...others] = server.patches;
    assert.deepEqual(others, []);
    assert.match(restart!.path, /^\/apis\/apps\/v1\/namespaces\/carts-kro\/deployments\/carts\?/);
    assert.match(JSON.stringify(restart!.body), /"kubectl\.kubernetes\.io\/restartedAt":"\d{4}-/);
    assert.deepEqual(healing.healed, ["carts-kro/carts"]);
    assert.match(notes.join(), /^Deployment carts-kro\/carts is restarted: /);
    healing.look();
    await sleep(50);
    assert.equal(server.patches.length, 1);
  });

  it("tries pods as the Deployment would make them", async () => {
    healing.look();
    await until(() => server.tried.length > 0);
    const { path, body } = server.tried[0]!;
    assert.equal(path, `${PODS}?dryRun=All`);
    assert.deepEqual(body, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { labels: { app: "carts" }, namespace: "carts-kro", generateName: "carts-" },
      spec: { containers: [{ name: "carts" }] },
    });
  });

  it("does nothing where they have gone meanwhile", async () => {
    healing.look();
    await until(() => server.tried.length > 0);
    objects = [deployment, withCredentials(early)];
    server.admit = (pod) => withCredentials(pod as LiveObject);
    healing.look();
    await sleep(50);
    assert.deepEqual([server.patches, notes], [[], []]);
  });

  it("says why it can't where it may not, and goes on", async () => {
    server.refused.set(PODS, 403);
    healing.look();
    await until(() => notes.length > 0);
    assert.match(
      notes.join(),
      /^Pods of Deployment carts-kro\/carts have no AWS credentials, and it can't be restarted: .*HTTP 403: somebody cannot POST/,
    );
    assert.deepEqual(healing.healed, []);
  });

  it("goes on after an API server that could not answer, which it says once", async () => {
    server.refused.set(PODS, 503);
    healing.look();
    await until(() => server.requests.filter((path) => path.startsWith(PODS)).length >= 3);
    server.refused.delete(PODS);
    server.admit = (pod) => withCredentials(pod as LiveObject);
    await until(() => healing.healed.length > 0);
    assert.match(notes[0]!, /and it can't be restarted: .*HTTP 503/);
    assert.match(notes[1]!, /^Deployment carts-kro\/carts is restarted: /);
    assert.equal(notes.length, 2);
  });

  it("does nothing of an update that has ended", async () => {
    server.admit = (pod) => withCredentials(pod as LiveObject);
    healing.look();
    healing.stop();
    healing.look();
    await sleep(50);
    assert.deepEqual([server.tried, server.patches, notes], [[], [], []]);
  });
});
