import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { ALLOW_BREAKING_CHANGES, titleOf } from "../../packages/kro/index.ts";
import {
  type ClusterClient,
  conditionOf,
  DELETION_POLICY,
  type LiveObject,
  managersOf,
} from "../../packages/live/index.ts";
import type { Beside } from "./verdict.ts";

const keyOf = ({ apiVersion, kind, metadata: { namespace, name } }: LiveObject) => ({
  apiVersion,
  kind,
  namespace,
  name,
});

const annotation = (name: string, value: string | null): object => ({ metadata: { annotations: { [name]: value } } });

/** Whether an RGD has the annotation with which kro takes any change, and it was set here. */
export const isOurs = (definition: LiveObject): boolean =>
  String(managersOf(definition, ["metadata", "annotations", ALLOW_BREAKING_CHANGES])) === "carts";

/** Before the update: nothing that follows may lose a table, or be refused by kro. May be done again. */
export async function prepare({ retain, allow }: Beside, cluster: ClusterClient): Promise<void> {
  for (const table of retain) await cluster.patch(keyOf(table), annotation(DELETION_POLICY, "retain"));
  if (!allow) return;
  // Pulumi takes over what kubectl has written, and then takes away what is not declared: it must be ours, so be set by us.
  if (allow.metadata.annotations?.[ALLOW_BREAKING_CHANGES] === "true" && !isOurs(allow)) {
    await cluster.patch(keyOf(allow), annotation(ALLOW_BREAKING_CHANGES, null));
  }
  await cluster.patch(keyOf(allow), annotation(ALLOW_BREAKING_CHANGES, "true"));
}

/** After the update. May be done again. */
export async function finish(
  { remove }: Beside,
  definitions: readonly LiveObject[],
  cluster: ClusterClient,
  tell: (text: string) => void,
): Promise<void> {
  for (const definition of definitions) {
    // What somebody else has set is not ours to take away.
    if (isOurs(definition)) await cluster.patch(keyOf(definition), annotation(ALLOW_BREAKING_CHANGES, null));
  }
  for (const table of remove) {
    const live = await cluster.get(keyOf(table));
    if (!live?.metadata.uid || live.metadata.deletionTimestamp) continue;
    if (live.metadata.annotations?.[DELETION_POLICY] !== "retain") {
      tell(`${titleOf(live)} was not deleted: its deletion policy is not retain any more`);
      continue;
    }
    await cluster.remove(keyOf(live), live.metadata.uid);
  }
}

/** What Deployments are made anew with. */
interface Recreating {
  /** The RGD as it was before the update; undefined where there was none. */
  readonly definition: LiveObject | undefined;
  readonly cluster: ClusterClient;
  /** Ends it. */
  readonly over: AbortSignal;
  readonly tell: (text: string) => void;
  /** Milliseconds between two looks. Default 1000. */
  readonly every?: number;
}

/**
 * While the update runs: deletes Deployments that kro can't change, once it has taken up the new graph. Before that it would
 * make them anew as they were.
 */
export async function recreate(
  deployments: readonly LiveObject[],
  { definition, cluster, over, tell, every = 1000 }: Recreating,
): Promise<void> {
  const selector = ({ spec }: LiveObject) => spec?.selector;
  while (!over.aborted) {
    await sleep(every, undefined, { signal: over }).catch(() => {});
    try {
      if (definition && !isTakenUp(await cluster.get(keyOf(definition)), definition)) continue;
      for (const before of deployments) {
        const live = await cluster.get(keyOf(before));
        if (!live?.metadata.uid || live.metadata.deletionTimestamp) continue;
        if (!isDeepStrictEqual(selector(live), selector(before))) continue;
        await cluster.remove(keyOf(live), live.metadata.uid);
        tell(`${titleOf(live)} was deleted, for kro to make it anew`);
      }
    } catch (error) {
      if (!over.aborted) tell(`the Deployments could not be looked at: ${(error as Error).message}`);
    }
  }
}

/** Whether kro serves the RGD as it is now, and that is another than before. */
function isTakenUp(live: LiveObject | undefined, before: LiveObject): boolean {
  const ready = live && conditionOf(live, "Ready");
  return (
    live !== undefined &&
    !isDeepStrictEqual(live.spec, before.spec) &&
    ready?.status === "True" &&
    ready.observedGeneration === live.metadata.generation
  );
}
