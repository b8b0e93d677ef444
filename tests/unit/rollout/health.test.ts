import assert from "node:assert/strict";
import { healthOf, kindsOf } from "../../../automation/rollout/health.ts";
import type { LiveObject } from "../../../packages/live/index.ts";

const AT = "2026-01-01T00:00:00Z";
const labels = { "kro.run/instance-id": "u", "kro.run/node-id": "deployment" };
const shop = (...conditions: { type: string; status: string; reason?: string; message?: string }[]): LiveObject => ({
  ...{ apiVersion: "kro.run/v1alpha1", kind: "Shop" },
  metadata: { name: "tea", namespace: "n", uid: "u", creationTimestamp: AT },
  status: { conditions },
});
const deployment = (available: number): LiveObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment" },
  metadata: { name: "web", namespace: "n", creationTimestamp: AT, generation: 2, labels },
  spec: { replicas: 1, selector: { matchLabels: { app: "web" } } },
  status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: available },
});
const pod = (reason: string): LiveObject => ({
  ...{ apiVersion: "v1", kind: "Pod" },
  metadata: { name: "web-1", namespace: "n", creationTimestamp: AT, labels: { app: "web" } },
  spec: { containers: [{ name: "web", image: "web:broken" }] },
  status: { containerStatuses: [{ name: "web", state: { waiting: { reason, message: "not found" } } }] },
});
const READY = { type: "Ready", status: "True" };
const healthWith = (instance: LiveObject, children: readonly LiveObject[], pods: readonly LiveObject[] = []) =>
  healthOf(instance, { children: new Map([["u", children]]), pods, notes: [] });

describe("how an instance that was let go is", () => {
  it("is healthy when kro says so and its children are well", () => {
    assert.deepEqual(healthWith(shop(READY), [deployment(1)]), { id: "n/tea", isHealthy: true, isFailure: false });
  });

  it("is not healthy by kro's word alone: an RGD need not wait for its Deployments", () => {
    const found = healthWith(shop(READY), [deployment(0)], [pod("ImagePullBackOff")]);
    assert.deepEqual([found.isHealthy, found.isFailure, found.cause!.name], [false, true, "image-pull"]);
  });

  it("is no failure while it may yet come", () => {
    const found = healthWith(
      shop({ type: "Ready", status: "False", message: "waits" }),
      [deployment(0)],
      [pod("ContainerCreating")],
    );
    assert.deepEqual([found.isHealthy, found.isFailure], [false, false]);
  });

  it("is not known before kro has come to it again", () => {
    const message = "reconciliation suspended via kro.run/reconcile annotation";
    const said = { status: "False", reason: "ReconciliationSuspended", message };
    const found = healthWith(shop({ type: "ResourcesReady", ...said }, { type: "Ready", ...said }), [deployment(1)]);
    assert.deepEqual([found.isHealthy, found.isFailure], [false, false]);
    assert.match(found.cause!.message, /^kro has not come to Shop n\/tea yet/);
  });

  it("is looked for in the kinds that the RGD makes, before and after", () => {
    const definition = (...resources: object[]) => ({
      metadata: { name: "shops" },
      spec: { schema: { apiVersion: "v1alpha1", kind: "Shop" }, resources: resources as never },
    });
    const template = (apiVersion: string, kind: string) => ({ id: kind, template: { apiVersion, kind } });
    const before = definition(template("v1", "Service"), template("apps/v1", "Deployment"));
    const after = definition(template("v1", "Service"), template("v1", "${schema.spec.kind}"), {
      id: "x",
      externalRef: { apiVersion: "v1", kind: "Secret" },
    });
    assert.deepEqual(kindsOf([before, after]), [
      { apiVersion: "v1", kind: "Service" },
      { apiVersion: "apps/v1", kind: "Deployment" },
    ]);
  });
});
