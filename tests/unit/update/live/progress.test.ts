import assert from "node:assert/strict";
import { instanceState } from "../../../../automation/update/live/progress.ts";
import { identityOf } from "../../../../packages/kro/index.ts";
import type { LiveObject } from "../../../../packages/live/liveObject.ts";
import {
  deploymentObject,
  instance,
  instanceObject,
  namespaceObject,
  podObject,
  ROLLED_OUT,
  tableObject,
  waitingPod,
  withCredentials,
} from "./objects.ts";

const state = (...objects: LiveObject[]) => instanceState(instance, objects);
const child = (kind: string, ...objects: LiveObject[]) => {
  const { phase, reason } = state(...objects).children.find((one) => one.kind === kind)!;
  return [phase, reason];
};

describe("the state of a fan-out", () => {
  it("has every child in its wave before anything is there", () => {
    const { phase, children } = state();
    assert.equal(phase, "absent");
    assert.deepEqual(
      children.map(({ wave, kind, phase }) => [wave, kind, phase]),
      [
        [1, "Namespace", "absent"],
        [2, "Table", "absent"],
        [3, "Deployment", "absent"],
      ],
    );
  });

  it("says what kro waits for without kro's expressions, and what else it says in its own words", () => {
    const waits = (node: string) =>
      `waiting for node "${node}": readyWhen condition evaluated to false: "${node}.status.x == \\"0\\"" (waiting for readiness)`;
    const reasonOf = (message: string) => state(instanceObject({ type: "Ready", status: "False", message })).reason;
    const head = "resource reconciliation failed: apply results contain errors: ";
    assert.equal(reasonOf(`${head}${waits("deployment")}\n${waits("service")}`), "waits for deployment, service");
    const refused = `${head}${waits("deployment")}\nservices "carts" is forbidden`;
    assert.equal(reasonOf(refused), refused);
    assert.equal(reasonOf("resource reconciliation failed: cluster mutated"), undefined, "it always looks once more");
  });

  it("does not take an instance for ready by the condition of an earlier generation", () => {
    const ready = { type: "Ready", status: "True" };
    assert.equal(state(instanceObject({ ...ready, observedGeneration: 1 })).phase, "progressing");
    assert.equal(state(instanceObject({ ...ready, observedGeneration: 2 })).phase, "ready");
  });

  it("does not take an instance for ready by a `Ready` of its RGD's author", () => {
    const ready = { type: "Ready", status: "True", observedGeneration: 2 };
    const seen = instanceObject(ready);
    const of = (state: string) =>
      instanceState({ ...instance, ownConditions: true }, [{ ...seen, status: { ...seen.status, state } }]);
    assert.deepEqual([of("IN_PROGRESS").phase, of("IN_PROGRESS").reason], ["progressing", "the state is IN_PROGRESS"]);
    assert.equal(of("ACTIVE").phase, "ready");
  });

  it("says what kro waits for", () => {
    const waiting = { type: "Ready", status: "False", message: "waiting for node table", observedGeneration: 2 };
    assert.equal(state(instanceObject(waiting)).reason, "waiting for node table");
  });

  it("takes a Table for ready only when ACK has synced it", () => {
    assert.deepEqual(child("Table", tableObject()), ["progressing", "ACK has not seen it yet"]);
    assert.deepEqual(child("Table", tableObject({ type: "ACK.ResourceSynced", status: "True" })), ["ready", undefined]);
    const conditions = [
      { type: "ACK.ResourceSynced", status: "True" },
      { type: "ACK.Terminal", status: "True", message: "not managed by ACK" },
    ];
    assert.deepEqual(child("Table", tableObject(...conditions)), ["failing", "ACK.Terminal: not managed by ACK"]);
  });

  it("takes a Deployment for ready only when its present generation is rolled out", () => {
    assert.deepEqual(child("Deployment", deploymentObject(ROLLED_OUT)), ["ready", undefined]);
    assert.equal(child("Deployment", deploymentObject({ ...ROLLED_OUT, observedGeneration: 1 }))[0], "progressing");
    assert.equal(child("Deployment", deploymentObject({ ...ROLLED_OUT, replicas: 2 }))[0], "progressing");
  });

  it("gives the reason of a Deployment's pods", () => {
    assert.deepEqual(child("Deployment", deploymentObject(), waitingPod("ImagePullBackOff", "not found")), [
      "failing",
      "0 of 1 pods available; ImagePullBackOff: not found",
    ]);
    assert.deepEqual(child("Deployment", deploymentObject(), waitingPod("ContainerCreating")), [
      "progressing",
      "0 of 1 pods available; ContainersNotReady: unready",
    ]);
    const unscheduled = podObject({
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes" }],
    });
    assert.deepEqual(child("Deployment", deploymentObject(), unscheduled), [
      "failing",
      "0 of 1 pods available; Unschedulable: 0/1 nodes",
    ]);
  });

  it("takes no Deployment for ready whose pods lack the credentials that they are to have", () => {
    const deployment = deploymentObject(ROLLED_OUT);
    const seen = (pods: LiveObject[], credentialUsers = [identityOf(deployment)]) => {
      const { children } = instanceState({ ...instance, credentialUsers }, [deployment, ...pods]);
      return children.filter(({ kind }) => kind === "Deployment").map(({ phase, reason }) => [phase, reason]);
    };
    const ready = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    const early = podObject(ready);
    const reason = "1 of 1 pods available; 1 without AWS credentials, which only new pods get";
    assert.deepEqual(seen([early]), [["failing", reason]]);
    assert.deepEqual(seen([early], []), [["ready", undefined]]);
    assert.deepEqual(seen([withCredentials(early)]), [["ready", undefined]]);
    const going = { ...early, metadata: { ...early.metadata, deletionTimestamp: "2026-01-01T00:01:00Z" } };
    assert.deepEqual(seen([going, withCredentials(early)]), [["ready", undefined]]);
    assert.ok(!("credentialUsers" in instanceState({ ...instance, credentialUsers: [] }, [])));
  });

  it("does not count another Deployment's pods", () => {
    const other = {
      ...waitingPod("ErrImagePull"),
      metadata: { ...waitingPod("").metadata, name: "ui-1", labels: { app: "ui" } },
    };
    assert.deepEqual(child("Deployment", deploymentObject(), other), ["progressing", "0 of 1 pods available"]);
  });

  it("says what holds an object that is being deleted", () => {
    const namespace = namespaceObject("Terminating");
    const held: LiveObject = {
      ...namespace,
      metadata: { ...namespace.metadata, deletionTimestamp: "2026-01-01T00:01:00Z", finalizers: ["shop/hold"] },
    };
    assert.deepEqual(child("Namespace", held), ["deleting", "held by shop/hold"]);
    assert.deepEqual(child("Namespace", namespaceObject()), ["ready", undefined]);
  });

  it("does not mix up objects of one kind and name in other namespaces or groups", () => {
    const table = tableObject({ type: "ACK.ResourceSynced", status: "True" });
    assert.equal(child("Table", { ...table, metadata: { ...table.metadata, namespace: "other" } })[0], "absent");
    assert.equal(child("Table", { ...table, apiVersion: "example.com/v1" })[0], "absent");
  });
});
