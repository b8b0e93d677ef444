import assert from "node:assert/strict";
import type { Capability } from "@aws-sdk/client-eks";
import { runningOf } from "../../../automation/doctor/checks/running.ts";
import type { LiveObject } from "../../../packages/live/index.ts";

const deployment = (namespace: string, replicas: number): LiveObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "kro", namespace, uid: namespace, creationTimestamp: "", generation: 1 } as LiveObject["metadata"],
  spec: { replicas },
  status: { observedGeneration: 1, replicas, updatedReplicas: replicas, availableReplicas: replicas },
});

describe("whether a controller runs", () => {
  const answer = (deployments: readonly LiveObject[], capability?: Capability) =>
    runningOf(deployments, async () => capability, "kro", "install it");
  const active: Capability = { capabilityName: "kro", type: "KRO", status: "ACTIVE" };

  it("is not told by a Deployment that a move has left, scaled to none", async () => {
    assert.equal((await answer([deployment("old", 0), deployment("new", 1)])).verdict, "ok");
    const { verdict, found } = await answer([deployment("old", 0)], active);
    assert.deepEqual([verdict, found], ["ok", "EKS capability kro: ACTIVE"]);
  });

  it("is wrong where all that is there is scaled to none", async () => {
    const { verdict, remedy } = await answer([deployment("old", 0)]);
    assert.equal(verdict, "wrong");
    assert.match(remedy!, /kubectl scale deployment\/kro -n old --replicas 1/);
  });
});
