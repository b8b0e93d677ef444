import { interrupted } from "../../packages/console/index.ts";
import { DEFINITION_TYPE } from "../../packages/kro-preview/index.ts";
import { type ClusterChoice, type ClusterClient, clusterClient, type LiveObject } from "../../packages/live/index.ts";
import { kubeConfigOf, type ManagedResource, type ManagedStack, objectKey, type StackChoice } from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";
import { rolloutCause } from "./causes/held.ts";

/** How a stack's clusters are reached. */
export type Asking = StackChoice & ClusterChoice;
type Objects = ReadonlyMap<string, LiveObject>;

/** Why a stack must not be destroyed now: a rollout of one of its RGDs is not finished. An instance that is held goes as any other. */
export async function rolloutUnderWay(stack: ManagedStack, look: Asking): Promise<Cause | undefined> {
  const definitions = stack.resources.filter(({ type }) => type === DEFINITION_TYPE);
  return rolloutCause([...(await askedFor(stack, look, definitions)).values()]);
}

/** RGDs and instances, by URN. What can't be asked for is left out: Pulumi doesn't come any further there, either. */
export async function askedFor(
  { revealed }: ManagedStack,
  look: Asking,
  asked: readonly ManagedResource[],
): Promise<Map<string, LiveObject>> {
  const clusters = new Map<string | undefined, Promise<ClusterClient>>();
  const clusterOf = (provider: string | undefined) => {
    const reached =
      clusters.get(provider) ??
      kubeConfigOf(revealed, look, undefined, provider).then((config) => clusterClient(config, interrupted));
    clusters.set(provider, reached);
    return reached;
  };
  const found = new Map<string, LiveObject>();
  const looks = asked.map(async (resource) => {
    try {
      const live = await (await clusterOf(resource.provider)).get(objectKey(resource));
      if (live) found.set(resource.urn, live);
    } catch {
      interrupted.throwIfAborted();
    }
  });
  await Promise.all(looks);
  return found;
}

/**
 * Why an `up` must not begin: kro does nothing for what a rollout holds, and the update would wait in vain. What could not be
 * asked for within the few seconds of a quick look is asked for once more, with patience.
 *
 * @returns also all objects that are known by then, by URN.
 */
export async function heldByRollout(
  stack: ManagedStack,
  look: Asking & { readonly note: (text: string) => void },
  { objects, unseen }: { readonly objects: Objects; readonly unseen: readonly ManagedResource[] },
): Promise<{ readonly cause: Cause | undefined; readonly objects: Objects }> {
  const cause = rolloutCause([...objects.values()]);
  const [first] = unseen;
  if (cause || !first) return { cause, objects };
  const others = unseen.length > 1 ? ` and ${unseen.length - 1} more` : "";
  look.note(`Whether a rollout holds ${first.name}${others} is asked for again: the cluster did not say at once.`);
  const late = await askedFor(stack, look, unseen);
  return { cause: rolloutCause([...late.values()]), objects: new Map([...objects, ...late]) };
}
