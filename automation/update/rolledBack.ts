import { hasColor, interrupted } from "../../packages/console/index.ts";
import { titleOf } from "../../packages/kro/index.ts";
import type { Plan } from "../../packages/kro-preview/index.ts";
import { type ClusterChoice, clusterClient, type LiveObject } from "../../packages/live/index.ts";
import { digestOf, MANAGER, REFUSED, refusedBefore } from "../hold/index.ts";
import {
  errorLine,
  exportedState,
  kubeConfigOf,
  type ManagedResource,
  type ManagedStack,
  previewPlan,
  readState,
  type SelectedStack,
  type StackChoice,
} from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";

/** How the stack is looked at, and who hears of what could not be. */
interface Look extends StackChoice, ClusterChoice {
  readonly note: (text: string) => void;
  readonly allowRolledBack?: boolean | undefined;
}

/** An RGD of the stack of which a rollout went back from a definition. */
interface Marked {
  readonly resource: ManagedResource;
  readonly live: LiveObject;
}

/** @param objects - as the cluster has them, by URN. */
export function markedIn({ resources }: ManagedStack, objects: ReadonlyMap<string, LiveObject>): readonly Marked[] {
  return resources.flatMap((resource) => {
    const live = objects.get(resource.urn);
    return live && refusedBefore(live) ? [{ resource, live }] : [];
  });
}

/**
 * Why an `up` must not begin: the program declares a definition that a rollout went back from, and every instance would
 * have it at once. A preview tells, which is run only where a rollout went back from any. Where it fails, nobody knows.
 *
 * @param objects - as the cluster has them, by URN.
 */
export async function rolledBack(
  managed: ManagedStack,
  objects: ReadonlyMap<string, LiveObject>,
  look: Look,
): Promise<Cause | undefined> {
  const marked = markedIn(managed, objects);
  const [first] = marked;
  if (!first) return undefined;
  look.note(
    `A rollout of ${titleOf(first.live)} went back from a definition: a preview tells whether the program declares that still.`,
  );
  const printed: string[] = [];
  const onOutput = (text: string) => printed.push(text);
  try {
    const plan = await previewPlan({ ...look, onOutput, color: hasColor(process.stderr), signal: interrupted });
    return declaredAgain(plan, marked, look.stack);
  } catch (error) {
    interrupted.throwIfAborted();
    process.stderr.write(printed.join(""));
    const { object, text } = refusedBefore(first.live)!;
    const message =
      `whether the program declares a definition that was gone back from can't be told, as its preview fails: ${errorLine(error).replace(/\.$/, "")}. ${text}. ` +
      "Nothing was changed. Mend what the preview fails at; `carts up --allow-rolled-back` begins all the same.";
    return { name: "rolled-back", object, message };
  }
}

/** The same, by the plan of the preview: of a definition that is there already, nobody is kept. */
export function declaredAgain({ changes }: Plan, marked: readonly Marked[], stack: string): Cause | undefined {
  for (const { resource, live } of marked) {
    const change = changes.find(({ urn, changed }) => urn === resource.urn && changed.includes("spec"));
    const again = change?.after && refusedBefore(live, change.after as { readonly spec?: unknown });
    if (again) return causeOf(again, stack);
  }
  return undefined;
}

function causeOf({ object, text }: NonNullable<ReturnType<typeof refusedBefore>>, stack: string): Cause {
  const message =
    `the program declares a definition that was gone back from: ${text}. Every instance would have it at once. Nothing was changed. ` +
    `Take that change back; \`carts rollout --stack ${stack}\` tries it in stages once more; \`carts up --allow-rolled-back\` applies it all the same.`;
  return { name: "rolled-back", object, message };
}

/**
 * Notes that a definition is not to be kept from anybody any more, once an update has succeeded: it has applied another
 * one, or this very one by `--allow-rolled-back`.
 */
export async function forgetRolledBack(
  { stack, project }: SelectedStack,
  managed: ManagedStack,
  objects: ReadonlyMap<string, LiveObject>,
  look: Look,
): Promise<void> {
  const marked = markedIn(managed, objects);
  if (marked.length === 0) return;
  const after = exportedState(stack).then((state) => readState(state, project, stack.name));
  for (const { resource, live } of marked) {
    try {
      const applied = (await after).resources.find(({ urn }) => urn === resource.urn)?.revealed;
      if (!applied || !isPast(live, resource.revealed, applied, look.allowRolledBack)) continue;
      const config = await kubeConfigOf(managed.revealed, look, undefined, resource.provider);
      const key = { apiVersion: live.apiVersion, kind: live.kind, name: live.metadata.name };
      await clusterClient(config, interrupted).patch(key, { metadata: { annotations: { [REFUSED]: null } } }, MANAGER);
    } catch (error) {
      interrupted.throwIfAborted();
      look.note(`What a rollout of ${titleOf(live)} went back from is noted on it still: ${(error as Error).message}.`);
    }
  }
}

interface Declared {
  readonly spec?: unknown;
}

/** Whether what was gone back from is past: `applied` is another than before, or it itself. */
export function isPast(live: LiveObject, before: Declared, applied: Declared, isAllowed = false): boolean {
  if (refusedBefore(live, applied)) return isAllowed;
  return digestOf(applied.spec) !== digestOf(before.spec);
}
