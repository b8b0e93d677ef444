import { interrupted } from "../../packages/console/index.ts";
import { DEFINITION_TYPE } from "../../packages/kro-preview/index.ts";
import { type ClusterChoice, type ClusterClient, clusterClient, type LiveObject } from "../../packages/live/index.ts";
import { kubeConfigOf, type ManagedResource, type ManagedStack, type StackChoice } from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";
import { rolloutCause } from "./causes/held.ts";

/**
 * Why a stack must not be destroyed now: a rollout of one of its RGDs is not finished. An instance that is held goes as any
 * other. What can't be asked for is left out: Pulumi doesn't come any further there, either.
 *
 * @param asked - what is asked for: RGDs and instances. Default the stack's RGDs.
 */
export async function rolloutUnderWay(
  { resources, revealed }: ManagedStack,
  look: StackChoice & ClusterChoice,
  asked: readonly ManagedResource[] = resources.filter(({ type }) => type === DEFINITION_TYPE),
): Promise<Cause | undefined> {
  const clusters = new Map<string | undefined, Promise<ClusterClient>>();
  const clusterOf = (provider: string | undefined) => {
    const reached =
      clusters.get(provider) ??
      kubeConfigOf(revealed, look, undefined, provider).then((config) => clusterClient(config, interrupted));
    clusters.set(provider, reached);
    return reached;
  };
  const found = asked.map(async ({ id, type, provider }) => {
    try {
      const [, apiVersion, kind] = type.split(":") as [string, string, string];
      const [name, namespace] = id.split("/").reverse() as [string, string?];
      return await (await clusterOf(provider)).get({ apiVersion, kind, namespace, name });
    } catch {
      interrupted.throwIfAborted();
      return undefined;
    }
  });
  return rolloutCause((await Promise.all(found)).filter((one) => one !== undefined));
}

/**
 * Why an `up` must not begin: kro does nothing for what a rollout holds, and the update would wait in vain. What could not be
 * asked for within the few seconds of a quick look is asked for once more, with patience.
 */
export async function heldByRollout(
  stack: ManagedStack,
  look: StackChoice & ClusterChoice & { readonly note: (text: string) => void },
  {
    objects,
    unseen,
  }: { readonly objects: ReadonlyMap<string, LiveObject>; readonly unseen: readonly ManagedResource[] },
): Promise<Cause | undefined> {
  const cause = rolloutCause([...objects.values()]);
  const [first] = unseen;
  if (cause || !first) return cause;
  const others = unseen.length > 1 ? ` and ${unseen.length - 1} more` : "";
  look.note(`Whether a rollout holds ${first.name}${others} is asked for again: the cluster did not say at once.`);
  return rolloutUnderWay(stack, look, unseen);
}
