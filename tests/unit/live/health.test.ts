import assert from "node:assert/strict";
import { ackHealth } from "../../../packages/live/health/ack.ts";
import { conditionOf, conditionText } from "../../../packages/live/health/condition.ts";
import { kroHealth, refusalOf } from "../../../packages/live/health/kro.ts";
import { isServing, podProblems } from "../../../packages/live/health/pod.ts";
import { rolloutOf } from "../../../packages/live/health/rollout.ts";
import type { Condition, LiveObject, Pod } from "../../../packages/live/liveObject.ts";

const object = (generation: number | undefined, status: object, fields: object = {}) =>
  ({ metadata: { name: "x", generation }, status, ...fields }) as unknown as LiveObject;

describe("the health of an object", () => {
  it("is told by conditions of its present generation only", () => {
    const ready = { type: "Ready", status: "True" };
    for (const [generation, status, counts] of [
      [2, { conditions: [{ ...ready, observedGeneration: 2 }] }, true],
      [2, { conditions: [{ ...ready, observedGeneration: 1 }] }, false],
      [2, { conditions: [ready] }, true],
      [2, { conditions: [ready], observedGeneration: 1 }, false],
      [2, { conditions: [ready], observedGeneration: 2 }, true],
      [undefined, { conditions: [ready] }, true],
    ] as const) {
      const seen = object(generation, status);
      assert.equal(conditionOf(seen, "Ready")?.status === "True", counts, JSON.stringify(seen));
      assert.equal(conditionText(seen, "Ready"), `Ready is True${counts ? "" : ", but of an earlier generation"}`);
    }
    assert.equal(conditionText(object(1, {}), "Ready"), "no condition Ready");
  });

  it("is, of an instance with conditions of its RGD's author, kro's state in its present generation, whatever they say", () => {
    const ready = { type: "Ready", status: "True", observedGeneration: 2 };
    const health = (status: object) => {
      const { isReady, found } = kroHealth(object(2, status), true);
      return [isReady, found];
    };
    assert.deepEqual(health({ state: "IN_PROGRESS", conditions: [ready] }), [false, "the state is IN_PROGRESS"]);
    assert.deepEqual(health({ state: "ACTIVE", conditions: [{ ...ready, status: "False" }] }), [
      true,
      "the state is ACTIVE",
    ]);
    assert.deepEqual(health({ state: "ACTIVE" }), [true, "the state is ACTIVE"]);
    assert.deepEqual(health({ state: "ACTIVE", conditions: [{ ...ready, observedGeneration: 1 }] }), [
      false,
      "the state is ACTIVE, but of an earlier generation",
    ]);
    assert.deepEqual(health({}), [false, "no state"]);
    assert.equal(kroHealth(object(2, { state: "ACTIVE", conditions: [{ ...ready, status: "False" }] })).isReady, false);
  });

  it("is no refusal by kro, what an RGD's author says in a condition", () => {
    const refused = { type: "GraphResolved", status: "False", message: "no" };
    const managed = { type: "InstanceManaged", status: "True" };
    assert.equal(refusalOf(object(1, { conditions: [{ ...refused, type: "Stored" }] })), undefined);
    assert.equal(refusalOf(object(1, { conditions: [managed, refused] })), "no");
    assert.equal(refusalOf(object(1, { conditions: [refused] }, { kind: "ResourceGraphDefinition" })), "no");
  });

  it("is, of a Deployment, that the pods of its present generation are there, and no others", () => {
    const counts = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    const rollout = (status: object) => rolloutOf(object(3, status, { spec: { replicas: 2 } }));
    assert.equal(rollout({ ...counts, observedGeneration: 3 }).isDone, true);
    for (const other of [
      { observedGeneration: 2 },
      { replicas: 3 },
      { updatedReplicas: 1 },
      { availableReplicas: 1 },
    ]) {
      assert.equal(rollout({ observedGeneration: 3, ...counts, ...other }).isDone, false, JSON.stringify(other));
    }
  });

  it("is not, of a Deployment, what refused the pods that it wanted before", () => {
    const conditions = [{ type: "ReplicaFailure", status: "True", message: "exceeded quota" }];
    assert.equal(rolloutOf(object(3, { conditions, observedGeneration: 3 })).refused, "exceeded quota");
    assert.equal(rolloutOf(object(3, { conditions, observedGeneration: 2 })).refused, undefined);
  });

  it("is, of what ACK manages, that it is synced and that nothing failed since it was last changed", () => {
    const health = (...conditions: Condition[]) => ackHealth(object(2, { conditions }));
    const synced = { type: "ACK.ResourceSynced", status: "True" };
    const terminal = { type: "ACK.Terminal", status: "True", message: "invalid" };
    assert.equal(health(synced).isSynced, true);
    assert.equal(health(synced, terminal).isSynced, false);
    assert.equal(health(synced, { ...terminal, observedGeneration: 1 }).isSynced, true);
    assert.equal(health({ ...synced, observedGeneration: 1 }).isSynced, false);
    assert.deepEqual([health().synced, health().isSynced], [undefined, false]);
  });

  it("is, of what ACK manages, no failure while ACK waits for AWS to be done with what was asked of it", () => {
    const saying = (type: string, message: string) =>
      ackHealth(object(2, { conditions: [{ type, status: "True", message }] })).failure?.message;
    for (const state of ["CREATING", "UPDATING"]) {
      const message = `table in '${state}' state, cannot be modified or deleted`;
      assert.equal(saying("ACK.Recoverable", message), undefined);
      assert.equal(saying("ACK.Terminal", message), message);
    }
    const deleting = "table in 'DELETING' state, cannot be modified or deleted";
    assert.equal(saying("ACK.Recoverable", deleting), deleting);
  });

  it("is, of what ACK manages, no failure of the object as it is now that ACK said before somebody else changed it", () => {
    const failed = (lastTransitionTime: string, managedFields: object[], rest = {}) => {
      const conditions = [{ type: "ACK.Terminal", status: "True", message: "invalid", lastTransitionTime }];
      const { metadata, ...others } = object(2, { conditions });
      return ackHealth({ ...others, metadata: { ...metadata, ...rest, managedFields } } as LiveObject).isCurrent;
    };
    const time = (seconds: number) => `2026-01-01T00:00:${seconds}Z`;
    const kro = { manager: "kro.run/applyset", time: time(20) };
    const own = { manager: "controller", time: time(30) };
    const status = { manager: "controller", subresource: "status", time: time(31) };
    assert.equal(failed(time(19), [kro]), false);
    assert.equal(failed(time(20), [kro]), true, "both are whole seconds");
    assert.equal(failed(time(25), [kro, own, status]), true, "ACK's own writes don't count");
    assert.equal(failed(time(25), [kro], { deletionTimestamp: time(26) }), false);
    assert.equal(ackHealth(object(2, {})).isCurrent, false);
  });

  it("is, of pods, the worst problem first, and none of one that goes away", () => {
    const pod = (name: string, reason: string, deletionTimestamp?: string) =>
      ({
        metadata: { name, deletionTimestamp },
        status: { phase: "Pending", containerStatuses: [{ name: "c", state: { waiting: { reason } } }] },
      }) as unknown as Pod;
    const pods = [
      pod("a", "ContainerCreating"),
      pod("b", "ErrImagePull"),
      pod("c", "ErrImagePull", "2026-01-01T00:00:00Z"),
    ];
    assert.deepEqual(
      podProblems(pods).map(({ pod, reason, isFailure }) => [pod.metadata.name, reason, isFailure]),
      [
        ["b", "ErrImagePull", true],
        ["a", "Pending", false],
      ],
    );
    const conditions = [{ type: "Ready", status: "True" }];
    assert.equal(isServing(object(undefined, { conditions })), true);
    assert.equal(isServing(object(undefined, { conditions, phase: "Failed" })), false);
  });
});
