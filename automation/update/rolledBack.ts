import { interrupted } from "../../packages/console/index.ts";
import { titleOf } from "../../packages/kro/index.ts";
import { type ClusterChoice, clusterClient, type LiveObject } from "../../packages/live/index.ts";
import { MANAGER, REFUSED, refusedBefore } from "../hold/index.ts";
import {
  kubeConfigOf,
  type ManagedResource,
  type ManagedStack,
  previewPlan,
  type StackChoice,
} from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";

/** How the stack is looked at, and who hears of what could not be. */
interface Look extends StackChoice, ClusterChoice {
  readonly note: (text: string) => void;
}

/** An RGD of the stack of which a rollout went back from a definition. */
interface Marked {
  readonly resource: ManagedResource;
  readonly live: LiveObject;
}

/** @param objects - as the cluster has them, by URN. */
function markedIn({ resources }: ManagedStack, objects: ReadonlyMap<string, LiveObject>): readonly Marked[] {
  return resources.flatMap((resource) => {
    const live = objects.get(resource.urn);
    return live && refusedBefore(live) ? [{ resource, live }] : [];
  });
}

/**
 * Why an `up` must not begin: the program declares a definition that a rollout went back from, and every instance would
 * have it at once. A preview tells, which is run only where a rollout went back from any. Of an update that can't be
 * previewed, Pulumi says itself what is wrong.
 *
 * @param objects - as the cluster has them, by URN.
 */
export async function rolledBack(
  managed: ManagedStack,
  objects: ReadonlyMap<string, LiveObject>,
  look: Look,
): Promise<Cause | undefined> {
  const marked = markedIn(managed, objects);
  if (marked.length === 0) return undefined;
  const silent = { onOutput: () => {}, color: false, signal: interrupted };
  const plan = await previewPlan({ ...look, ...silent }).catch(() => undefined);
  interrupted.throwIfAborted();
  for (const { resource, live } of marked) {
    const change = plan?.changes.find(({ urn, action }) => urn === resource.urn && action !== "same");
    const again = change?.after && refusedBefore(live, change.after as { readonly spec?: unknown });
    if (again) return causeOf(again, look.stack);
  }
  return undefined;
}

function causeOf({ object, text }: NonNullable<ReturnType<typeof refusedBefore>>, stack: string): Cause {
  const message =
    `the program declares a definition that was gone back from: ${text}. Every instance would have it at once. Nothing was changed. ` +
    `Take that change back; \`carts rollout --stack ${stack}\` tries it in stages once more; \`carts up --allow-rolled-back\` applies it all the same.`;
  return { name: "rolled-back", object, message };
}

/** Notes that a definition is not to be kept from anybody any more, once an update has applied it. */
export async function forgetRolledBack(
  managed: ManagedStack,
  objects: ReadonlyMap<string, LiveObject>,
  look: Look,
): Promise<void> {
  for (const { resource, live } of markedIn(managed, objects)) {
    try {
      const config = await kubeConfigOf(managed.revealed, look, undefined, resource.provider);
      const key = { apiVersion: live.apiVersion, kind: live.kind, name: live.metadata.name };
      await clusterClient(config, interrupted).patch(key, { metadata: { annotations: { [REFUSED]: null } } }, MANAGER);
    } catch (error) {
      interrupted.throwIfAborted();
      look.note(`What a rollout of ${titleOf(live)} went back from is noted on it still: ${(error as Error).message}.`);
    }
  }
}
