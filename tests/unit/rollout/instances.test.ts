import assert from "node:assert/strict";
import { heldBy } from "../../../automation/hold/index.ts";
import { hold, instancesOf, letGo } from "../../../automation/rollout/instances.ts";
import { patient } from "../../../automation/rollout/patient.ts";
import type { Place } from "../../../automation/rollout/place.ts";
import { ApiError, type ClusterClient, clusterClient } from "../../../packages/live/index.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const API = "kro.run/v1alpha1";
const MARK = { rollout: "1", of: "p/prod", since: "2026-01-01T00:00:00Z", stage: 2 };
const never = new AbortController().signal;

describe("the instances of a rollout", () => {
  let server: FakeApiServer;
  let cluster: ClusterClient;
  let place: Place;

  beforeEach(async () => {
    server = new FakeApiServer();
    const config = await server.start();
    cluster = clusterClient(config, never);
    place = { cluster, gvk: { apiVersion: API, kind: "Shop", group: "kro.run" } } as Place;
    server.serve(API, "Shop", "shops");
    const put = (name: string, annotations: object, more: object = {}) =>
      server.put({ apiVersion: API, kind: "Shop", metadata: { name, namespace: "n", annotations, ...more } as never });
    put("due", {});
    put("held", heldBy(MARK));
    put("others", { "kro.run/reconcile": "suspended" });
    put("going", {}, { deletionTimestamp: "2026-01-01T00:00:00Z" });
  });
  afterEach(() => server.stop());

  const names = (objects: readonly { readonly metadata: { readonly name: string } }[]) =>
    objects.map(({ metadata }) => metadata.name);
  const patched = () => server.patches.map(({ path, body }) => [path, body] as const);

  it("are due, or held, or suspended by somebody else; one that is being deleted is none of them", async () => {
    const { all, due, held, others } = await instancesOf(place);
    assert.deepEqual([all, due, held, others].map(names), [["due", "held", "others"], ["due"], ["held"], ["others"]]);
  });

  it("are held in the command's own name, if they are still as they were looked at; another's suspension is left alone", async () => {
    const { all } = await instancesOf(place);
    await hold(
      cluster,
      all.filter(({ metadata }) => metadata.name !== "held"),
      () => MARK,
    );
    const [first, ...more] = patched();
    const [path, body] = first!;
    assert.deepEqual(more, []);
    assert.match(path, /\/namespaces\/n\/shops\/due\?fieldManager=carts-rollout$/);
    const { resourceVersion, annotations } = (body as { metadata: { resourceVersion?: string; annotations: object } })
      .metadata;
    assert.ok(resourceVersion);
    assert.deepEqual(annotations, heldBy(MARK));
  });

  it("are let go where a mark says that a rollout holds them, and nowhere else; kro is to show that it comes", async () => {
    await letGo(cluster, (await instancesOf(place)).all);
    const [first, ...more] = patched();
    const [path, body] = first!;
    assert.deepEqual(more, []);
    assert.match(path, /shops\/held\?/);
    const { resourceVersion: _, ...metadata } = (body as { metadata: { resourceVersion: string } }).metadata;
    const annotations = { "kro.run/reconcile": null, "carts-stack/rollout": null };
    assert.deepEqual(metadata, { annotations, labels: { "kro.run/kro-version": null } });
  });

  it("keep kro's label where somebody has resumed them by hand: nothing brings kro to them", async () => {
    const annotations = { "carts-stack/rollout": JSON.stringify(MARK) };
    server.put({ apiVersion: API, kind: "Shop", metadata: { name: "held", namespace: "n", annotations } as never });
    await letGo(cluster, (await instancesOf(place)).held);
    const [[, body] = []] = patched();
    assert.deepEqual(Object.keys((body as { metadata: object }).metadata), ["resourceVersion", "annotations"]);
  });

  it("are asked for again while the API server can't tell, and not where it refuses", async () => {
    const path = `/apis/${API}/shops`;
    const asking = patient(cluster, never, 20);
    server.refused.set(path, 503);
    setTimeout(() => server.refused.delete(path), 100);
    assert.equal((await asking.list({ apiVersion: API, kind: "Shop" })).length, 4);
    assert.ok(server.requests.filter((one) => one === path).length > 1);
    server.refused.set(path, 403);
    await assert.rejects(
      asking.list({ apiVersion: API, kind: "Shop" }),
      (error) => error instanceof ApiError && error.status === 403,
    );
  });
});
