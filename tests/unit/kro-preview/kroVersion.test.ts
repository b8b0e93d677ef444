import assert from "node:assert/strict";
import type { KubeConfig } from "@kubernetes/client-node";
import { clusterSource } from "../../../packages/kro-preview/sources/clusterSource.ts";
import { kroVersionNote } from "../../../packages/kro-preview/sources/kroVersion.ts";
import { clusterClient } from "../../../packages/live/kubernetesClient.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

describe("kro's version in a cluster", () => {
  let server: FakeApiServer;
  let config: KubeConfig;
  beforeEach(async () => {
    server = new FakeApiServer();
    config = await server.start();
    server.serve("v1", "Pod", "pods");
    server.serve("apps/v1", "Deployment", "deployments");
    server.serve("internal.kro.run/v1alpha1", "GraphRevision", "graphrevisions", false);
  });
  afterEach(() => server.stop());

  const said = () => {
    const { signal } = new AbortController();
    const cluster = clusterSource("the cluster", async () => clusterClient(config, signal));
    return kroVersionNote(cluster.title, () => cluster.kroVersion!());
  };
  const deployment = (image: string, labels: Record<string, string> = {}) =>
    server.put({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "kro", namespace: "kro-system", labels: { "app.kubernetes.io/name": "kro", ...labels } },
      spec: { template: { spec: { containers: [{ name: "manager", image }] } } },
    });
  const revision = (name: string, version: string, creationTimestamp: string) =>
    server.put({
      apiVersion: "internal.kro.run/v1alpha1",
      kind: "GraphRevision",
      metadata: { name, labels: { "kro.run/kro-version": version }, ...{ creationTimestamp } },
    });

  it("is that of the image of its Deployment, else that of the Deployment's label", async () => {
    deployment("registry.k8s.io/kro/kro:v0.10.1@sha256:00", { "app.kubernetes.io/version": "0.9.4" });
    assert.match(await said(), /^kro in the cluster is 0\.10\.1, by its Deployment kro-system\/kro; .* kro 0\.9\.4\.$/);
    deployment("localhost:5000/kro:latest", { "app.kubernetes.io/version": "v0.9.4" });
    assert.match(await said(), /^kro in the cluster is 0\.9\.4,/);
  });

  it("is that of the latest revision that it wrote, where it runs elsewhere", async () => {
    revision("b", "v0.10.0", "2026-02-01T00:00:00Z");
    revision("a", "v0.9.2-dirty", "2026-01-01T00:00:00Z");
    assert.match(await said(), /^kro in the cluster is 0\.10\.0, by the GraphRevision b /);
  });

  it("is not known where nothing tells, or the cluster can't be asked", async () => {
    deployment("example.com/kro:dev", { "app.kubernetes.io/version": "0.0.0-dev" });
    assert.match(await said(), /^Which kro the cluster has is not known; a preview follows kro 0\.9\.4\.$/);
    server.refused.set("/apis/apps/v1/deployments", 403);
    assert.match(await said(), /^Which kro the cluster has is not known, as .*403.*; a preview/);
  });
});
