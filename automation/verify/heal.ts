import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../packages/console/index.ts";
import { titleOf } from "../../packages/kro/index.ts";
import { ApiError, type ClusterClient, type LiveObject, rolloutOf } from "../../packages/live/index.ts";
import { newPodsHaveCredentials, restart } from "../heal/index.ts";
import { healable } from "./checks/credentials.ts";
import type { Observation, ObservedChild } from "./observation.ts";
import { liveOf } from "./observe.ts";
import { Unreadable } from "./reading.ts";

export interface HealOptions {
  readonly cluster: ClusterClient;
  /** Milliseconds until new pods must be ready. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Called with a sentence about what is done. */
  readonly onProgress: (text: string) => void;
}

/**
 * Restarts the Deployments whose pods were admitted before their association could be used, as soon as new pods will have
 * credentials, and waits until those are ready.
 *
 * @returns `namespace/name` of each.
 * @throws UserError when new pods would still have none in time, or one is not rolled out in time.
 */
export async function heal(observation: Observation, options: HealOptions): Promise<string[]> {
  const deployments = healable(observation);
  for (const deployment of deployments) await makeAnew(deployment, options);
  for (const deployment of deployments) await waitForRollout(deployment, options);
  return deployments.map(({ declared: { object } }) => `${object.metadata.namespace}/${object.metadata.name}`);
}

async function makeAnew({ live }: ObservedChild, { cluster, timeout, signal, onProgress }: HealOptions): Promise<void> {
  const deployment = live as LiveObject;
  const title = titleOf(deployment);
  onProgress(`waiting until new pods of ${title} would have credentials ...`);
  const end = Date.now() + timeout;
  try {
    if (!(await newPodsHaveCredentials(deployment, { cluster, goesOn: () => Date.now() < end, signal }))) {
      throw new UserError(
        `${title} was not restarted: after ${timeout / 1000} s, new pods would have no credentials either`,
      );
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    onProgress(`note: whether new pods would have credentials can't be tried: ${error.message}`);
  }
  onProgress(`restarting ${title} ...`);
  await restart(deployment, cluster);
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
