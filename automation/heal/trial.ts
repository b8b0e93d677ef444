import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterClient, LiveObject, Pod } from "../../packages/live/index.ts";
import { templateOf, withoutCredentials } from "./credentials.ts";

/** How often in a row a trial must succeed: EKS has several webhooks, which hear of an association one after the other. */
const IN_A_ROW = 3;
/** How new pods are tried. */
export interface TrialOptions {
  readonly cluster: ClusterClient;
  /** Asked before each trial: whether to go on waiting. */
  readonly goesOn: () => boolean;
  readonly signal: AbortSignal;
  /** Milliseconds between two trials. Default a second. */
  readonly interval?: number;
}

/**
 * Waits until new pods of a Deployment would have credentials. EKS does not say when an association counts; what its webhook
 * does with a pod that is only tried (a dry run) does.
 *
 * @returns false when it was told not to go on.
 * @throws ApiError where the API server refuses the trial.
 */
export async function newPodsHaveCredentials(
  deployment: LiveObject,
  { cluster, goesOn, signal, interval = 1000 }: TrialOptions,
): Promise<boolean> {
  for (let succeeded = 0; ; await sleep(interval, undefined, { signal })) {
    signal.throwIfAborted();
    if (!goesOn()) return false;
    const pod = await tryPod(deployment, cluster);
    succeeded = withoutCredentials([pod], deployment).length === 0 ? succeeded + 1 : 0;
    if (succeeded === IN_A_ROW) return true;
  }
}

/**
 * A pod of a Deployment as the API server would let it in. None is made.
 *
 * @throws ApiError where it refuses the trial.
 */
export function tryPod(deployment: LiveObject, cluster: ClusterClient): Promise<Pod> {
  const { namespace, name } = deployment.metadata;
  const { metadata, spec } = templateOf(deployment);
  const pod = { metadata: { ...metadata, namespace, generateName: `${name}-` }, spec };
  return cluster.rehearse({ apiVersion: "v1", kind: "Pod", namespace }, pod) as Promise<Pod>;
}
