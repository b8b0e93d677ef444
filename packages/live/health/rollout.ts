import type { LiveObject } from "../liveObject.ts";
import { trueCondition } from "./condition.ts";

/** How far a Deployment's pods are as it declares them. */
export interface Rollout {
  /** The status is of the present generation, and every pod is new and available. */
  readonly isDone: boolean;
  /** The status is of the present generation. */
  readonly isSeen: boolean;
  /** How many pods there are to be. */
  readonly wanted: number;
  readonly replicas: number;
  readonly updated: number;
  readonly available: number;
  /** Why the API server refuses its pods. Undefined when it doesn't. */
  readonly refused: string | undefined;
}

export function rolloutOf(deployment: LiveObject): Rollout {
  const { metadata, spec, status } = deployment;
  const count = (field: string): number => Number(status?.[field] ?? 0);
  const wanted = Number(spec?.replicas ?? 1);
  const [replicas, updated, available] = ["replicas", "updatedReplicas", "availableReplicas"].map(count);
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const failure = trueCondition(deployment, "ReplicaFailure");
  return {
    isSeen,
    isDone: isSeen && [replicas, updated, available].every((number) => number === wanted),
    wanted,
    replicas: replicas!,
    updated: updated!,
    available: available!,
    refused: failure && (failure.message ?? "its pods can't be made"),
  };
}
