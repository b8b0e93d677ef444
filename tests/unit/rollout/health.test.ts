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
  healthOf(instance, { children: new Map([["u", children]]), pods, due: 20 });
const NEVER = Number.POSITIVE_INFINITY;
const failing = (state: string, said: string): LiveObject => {
  const message = `resource reconciliation failed: ${said}`;
  const found = shop({ type: "ResourcesReady", status: "False", reason: "NotReady", message });
  return { ...found, status: { ...found.status, state } };
};

describe("how an instance that was let go is", () => {
  it("is healthy when kro says so and its children are well", () => {
    assert.deepEqual(healthWith(shop(READY), [deployment(1)]), { id: "n/tea", isHealthy: true, patience: NEVER });
  });

  it("is not healthy by kro's word alone: an RGD need not wait for its Deployments", () => {
    const found = healthWith(shop(READY), [deployment(0)], [pod("ImagePullBackOff")]);
    assert.deepEqual([found.isHealthy, found.patience, found.cause!.name], [false, 15_000, "image-pull"]);
  });

  it("is no failure while it may yet come", () => {
    const found = healthWith(
      shop({ type: "Ready", status: "False", message: "waits" }),
      [deployment(0)],
      [pod("ContainerCreating")],
    );
    assert.deepEqual([found.isHealthy, found.patience], [false, NEVER]);
  });

  it("is a failure soon where an expression can never have a value, and later where it fails: that may pass", () => {
    const patienceOf = (instance: LiveObject) => {
      const { patience, cause } = healthWith(instance, [deployment(1)]);
      return [patience, cause!.name];
    };
    const divided = 'node "web": eval "1 / (web.spec.replicas - 1)": division by zero';
    assert.deepEqual(patienceOf(failing("ERROR", divided)), [60_000, "expression-failed"]);
    const missing = (read: string) =>
      `waiting for unresolved resource: gvr "v1": node "web": failed to evaluate expression: eval "${read}": no such key: size (data pending)`;
    assert.deepEqual(patienceOf(failing("IN_PROGRESS", missing("schema.spec.size"))), [15_000, "expression-failed"]);
    assert.deepEqual(patienceOf(failing("IN_PROGRESS", missing("table.status.size"))), [NEVER, "instance-not-ready"]);
  });

  it("is a failure later where kro fails for a reason that nobody knows", () => {
    const { patience, cause } = healthWith(failing("ERROR", "failed calling webhook: connection refused"), []);
    assert.deepEqual([patience, cause!.name], [60_000, "instance-not-ready"]);
    assert.equal(healthWith(failing("IN_PROGRESS", "cluster mutated"), []).patience, NEVER);
  });

  it("is not known before kro has come to it again", () => {
    const message = "reconciliation suspended via kro.run/reconcile annotation";
    const said = { status: "False", reason: "ReconciliationSuspended", message };
    const found = healthWith(shop({ type: "ResourcesReady", ...said }, { type: "Ready", ...said }), [deployment(1)]);
    assert.deepEqual([found.isHealthy, found.patience], [false, 70_000], "kro does not do all at once");
    assert.match(found.cause!.message, /^kro has not come to Shop n\/tea since it was let go/);
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
