import assert from "node:assert/strict";
import { conflictsIn } from "../../../packages/live/fieldConflict.ts";
import { fieldOf, managersOf, releaseCommand, yieldsToPulumi } from "../../../packages/live/fieldManagers.ts";
import type { LiveObject } from "../../../packages/live/index.ts";

const object: LiveObject = {
  apiVersion: "kro.run/v1alpha1",
  kind: "CartsStack",
  metadata: {
    name: "carts-kro",
    namespace: "default",
    creationTimestamp: "2026-11-27T08:00:00Z",
    managedFields: [
      { manager: "argo", fieldsV1: { "f:spec": { "f:replicas": {} } } },
      { manager: "pulumi-kubernetes-1", fieldsV1: { "f:spec": { "f:image": {}, "f:environment": {} } } },
      { manager: "argo", subresource: "status", fieldsV1: { "f:status": {} } },
      { manager: "k9s", fieldsV1: { "f:spec": { "f:ports": { 'k:{"name":"http"}': { "f:port": {} } } } } },
      { manager: "argo", fieldsV1: { "f:metadata": {} } },
    ],
  },
  spec: { replicas: 3, image: "i", environment: [{ name: "A", value: "b" }], ports: [{ name: "http", port: 80 }] },
};

describe("who manages a field", () => {
  it("is told field by field, an item of a list by its name, and a list that is owned as a whole by that", () => {
    assert.deepEqual(managersOf(object, ["spec", "replicas"]), ["argo"]);
    assert.deepEqual(managersOf(object, ["spec", "image"]), ["pulumi-kubernetes-1"]);
    assert.deepEqual(managersOf(object, ["spec", "environment", "0", "value"]), ["pulumi-kubernetes-1"]);
    assert.deepEqual(managersOf(object, ["spec", "ports", "name=http", "port"]), ["k9s"]);
    assert.deepEqual(managersOf(object, ["status", "state"]), []);
  });

  it("has the field's value beside it", () => {
    assert.equal(fieldOf(object, ["spec", "replicas"]), 3);
    assert.equal(fieldOf(object, ["spec", "ports", "name=http", "port"]), 80);
    assert.equal(fieldOf(object, ["spec", "environment", "0", "value"]), "b");
    assert.equal(fieldOf(object, ["spec", "nothing", "at", "all"]), undefined);
  });

  it("matters to Pulumi, which takes over what kubectl has written, and nothing else", () => {
    assert.deepEqual(["kubectl-patch", "kubectl-edit", "before-first-apply"].map(yieldsToPulumi), [true, true, true]);
    assert.deepEqual(["argo", "k9s", "my-kubectl"].map(yieldsToPulumi), [false, false, false]);
    assert.equal(yieldsToPulumi("pulumi-kubernetes"), true, "before Server-Side Apply");
    assert.equal(yieldsToPulumi("pulumi-kubernetes-0e1c9734"), false, "another run's own");
  });

  it("ends by a command that takes a manager's own entries away, and only while they are where they were", () => {
    const patch = [
      { op: "test", path: "/metadata/managedFields/4/manager", value: "argo" },
      { op: "remove", path: "/metadata/managedFields/4" },
      { op: "test", path: "/metadata/managedFields/0/manager", value: "argo" },
      { op: "remove", path: "/metadata/managedFields/0" },
    ];
    assert.equal(
      releaseCommand(object, "argo"),
      `kubectl patch cartsstack.kro.run/carts-kro -n default --type json -p '${JSON.stringify(patch)}'`,
    );
    assert.equal(releaseCommand(object, "nobody"), undefined);
  });
});

describe("a field conflict", () => {
  const around = (text: string) => `1 error occurred:\n\t* it failed: Apply failed with ${text}\n\n`;

  it("is read from what the API server says of one, or of several, of one who updates or who applies", () => {
    const one = 'the 1 conflict: conflict with "kubectl-patch" using kro.run/v1alpha1: .spec.replicas';
    assert.deepEqual(conflictsIn(around(one)), [{ manager: "kubectl-patch", path: "spec.replicas" }]);
    const timed = 'conflict with "k9s" with subresource "scale" using apps/v1 at 2026-11-27T08:00:00Z: .spec.replicas';
    assert.deepEqual(conflictsIn(around(timed)), [{ manager: "k9s", path: "spec.replicas" }]);
    const several =
      '3 conflicts: conflicts with "argo":\n- .spec.image\n- .spec.ports[name="http"].port\nconflicts with "k9s" using v1:\n- .spec.replicas';
    assert.deepEqual(conflictsIn(around(several)), [
      { manager: "argo", path: "spec.image" },
      { manager: "argo", path: "spec.ports[name=http].port" },
      { manager: "k9s", path: "spec.replicas" },
    ]);
  });

  it("is nothing else that failed", () => {
    assert.deepEqual(conflictsIn("timed out waiting for the condition"), []);
    assert.deepEqual(conflictsIn("Operation cannot be fulfilled: the object has been modified"), []);
  });
});
