import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { ApiError, type ClusterClient, conditionOf, type LiveObject } from "../../packages/live/index.ts";
import { heldBy, isSuspended, LET_GO, MANAGER, type Mark, markOf, type RolloutRecord, VERSION } from "../hold/index.ts";
import { idOf, keyOf, type Place } from "./place.ts";

/** How many requests go on at a time. */
const PARALLEL = 8;
/** Milliseconds between two looks. */
const INTERVAL = 500;

/** The instances of an RGD, as a rollout sees them. None is there that is being deleted. */
export interface Instances {
  readonly all: readonly LiveObject[];
  /** Those that a rollout holds, whichever it is. */
  readonly held: readonly LiveObject[];
  /** Those that somebody else has suspended: they are left alone. */
  readonly others: readonly LiveObject[];
  /** Those that kro brings about: neither. */
  readonly due: readonly LiveObject[];
}

/** Asks for all of them, in the order of their names. */
export async function instancesOf({ cluster, gvk }: Place): Promise<Instances> {
  const found = await cluster.list(gvk);
  const all = found
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  // Of one that somebody has resumed by hand the mark alone is left: it is to be taken off.
  const held = all.filter((one) => markOf(one) !== undefined);
  const others = all.filter((one) => isSuspended(one) && markOf(one) === undefined);
  return { all, held, others, due: all.filter((one) => !held.includes(one) && !others.includes(one)) };
}

/** Does something to each, a few at a time; throws what the first failure was, after all others. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const limit = pLimit(PARALLEL);
  const done = await Promise.allSettled(items.map((item) => limit(() => work(item))));
  for (const one of done) if (one.status === "rejected") throw one.reason;
}

/** Suspends instances, unless they are gone, are being deleted, or somebody else has suspended them meanwhile. */
export const hold = (cluster: ClusterClient, instances: readonly LiveObject[], markFor: (one: LiveObject) => Mark) =>
  each(instances, (instance) =>
    change(cluster, instance, (now) => {
      if (isSuspended(now) && markOf(now) === undefined) return undefined;
      return { annotations: heldBy(markFor(now)) };
    }),
  );

/**
 * Lets instances go that a rollout holds. The end of a suspension brings kro to an instance: that its label is there again
 * tells that it has come. Nothing would bring it to one that somebody has resumed by hand.
 */
export const letGo = (cluster: ClusterClient, instances: readonly LiveObject[]) =>
  each(instances, (instance) =>
    change(cluster, instance, (now) => {
      if (markOf(now) === undefined) return undefined;
      return { annotations: LET_GO, ...(isSuspended(now) && { labels: { [VERSION]: null } }) };
    }),
  );

/** Writes metadata of an object as it is now: what somebody changes at the same time is looked at again. */
async function change(
  cluster: ClusterClient,
  instance: LiveObject,
  metadataFor: (now: LiveObject) => object | undefined,
): Promise<void> {
  for (let now: LiveObject | undefined = instance, tries = 1; now; tries++) {
    if (now.metadata.uid !== instance.metadata.uid || now.metadata.deletionTimestamp) return;
    const metadata = metadataFor(now);
    if (!metadata) return;
    const { resourceVersion } = now.metadata;
    try {
      await cluster.patch(keyOf(now), { metadata: { resourceVersion, ...metadata } }, MANAGER);
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return;
      if (error.status !== 409 || tries === 20) throw error;
      await sleep(50 * tries);
      now = await cluster.get(keyOf(now));
    }
  }
}

/** Whether kro has seen that an instance is suspended. */
const isSeen = (instance: LiveObject): boolean =>
  conditionOf(instance, "ResourcesReady")?.reason === "ReconciliationSuspended";

/**
 * Waits until kro has seen that all that are held are. Until then it may be at work on one.
 *
 * @returns those of which it has not within the time.
 */
export async function untilSeen(place: Place, timeout: number, signal: AbortSignal): Promise<readonly LiveObject[]> {
  const end = Date.now() + timeout;
  for (;;) {
    const { held } = await instancesOf(place);
    const unseen = held.filter((one) => !isSeen(one));
    if (unseen.length === 0 || Date.now() > end) return unseen;
    signal.throwIfAborted();
    await sleep(INTERVAL, undefined, { signal });
  }
}

/** Names that were given when it began may be of instances that are gone. */
export const withKnown = (record: RolloutRecord, instances: readonly LiveObject[]): RolloutRecord => {
  const isThere = (name: string) => instances.some((one) => idOf(one) === name);
  return { ...record, canary: record.canary.filter(isThere), ignored: record.ignored.filter(isThere) };
};
