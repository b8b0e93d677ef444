import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../packages/console/index.ts";
import { titleOf } from "../../packages/kro/index.ts";
import { type ClusterClient, rolloutOf } from "../../packages/live/index.ts";
import { healable } from "./checks/credentials.ts";
import type { Observation, ObservedChild } from "./observation.ts";
import { liveOf } from "./observe.ts";
import { Unreadable } from "./reading.ts";

/**
 * What `kubectl rollout restart` writes. kro, which owns the template's declared fields by server-side apply, leaves it:
 * no annotation of that name is among them.
 *
 * @see https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-k8s-io-restart-at
 */
const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

export interface HealOptions {
  readonly cluster: ClusterClient;
  /** Milliseconds until new pods must be ready. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Called with a sentence about what is done. */
  readonly onProgress: (text: string) => void;
}

/**
 * Restarts the Deployments whose pods were admitted before their association could be used, and waits until the new
 * pods are ready.
 *
 * @returns `namespace/name` of each.
 * @throws UserError when one is not rolled out in time.
 */
export async function heal(observation: Observation, options: HealOptions): Promise<string[]> {
  const deployments = healable(observation);
  for (const deployment of deployments) await restart(deployment, options);
  for (const deployment of deployments) await waitForRollout(deployment, options);
  return deployments.map(({ declared: { object } }) => `${object.metadata.namespace}/${object.metadata.name}`);
}

const keyOf = ({ declared: { object } }: ObservedChild) => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  namespace: String(object.metadata.namespace),
  name: String(object.metadata.name),
});

async function restart(deployment: ObservedChild, { cluster, onProgress }: HealOptions): Promise<void> {
  onProgress(`restarting ${titleOf(deployment.declared.object)} ...`);
  const annotations = { [RESTARTED_AT]: `${new Date().toISOString().slice(0, -".000Z".length)}Z` };
  await cluster.patch(keyOf(deployment), { spec: { template: { metadata: { annotations } } } });
}

async function waitForRollout(deployment: ObservedChild, options: HealOptions): Promise<void> {
  const { cluster, timeout, signal, onProgress } = options;
  const title = titleOf(deployment.declared.object);
  onProgress(`waiting for the new pods of ${title} ...`);
  for (const end = Date.now() + timeout; ; await sleep(1000, undefined, { signal })) {
    const live = await liveOf(deployment.declared.object, cluster);
    if (live instanceof Unreadable) throw new UserError(`${title} can't be read: ${live.reason}`);
    if (live && rolloutOf(live).isDone) return;
    if (Date.now() > end)
      throw new UserError(`${title} was restarted, but is not rolled out after ${timeout / 1000} s`);
  }
}
