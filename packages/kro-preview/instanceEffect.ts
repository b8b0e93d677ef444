import { printable, UserError } from "../console/index.ts";
import { InstanceError, type Rendering, render } from "../kro/index.ts";
import { attempt } from "./attempt.ts";
import type { ChildChange, ChildRule } from "./changes.ts";
import { diff } from "./diff.ts";
import { keptDefaults } from "./keptDefaults.ts";
import type { Note, WithServer } from "./makeReport.ts";
import { placeText } from "./pulumi/plan.ts";
import type { InstanceEffect, PlannedInstance } from "./sources/instances.ts";
import { type KnownSides, unseenNotes } from "./sources/known.ts";

/** Both sides of an instance, each as kro makes it, or why that can't be told. */
export interface RenderedSides {
  readonly earlier: Rendering | Error | undefined;
  readonly later: Rendering | Error | undefined;
  /** What the later side keeps its defaults of. */
  readonly former: Rendering | undefined;
}

/** What kro makes of one of the stack's instances, before the change and after it. */
export function renderedSides(instance: PlannedInstance, known: KnownSides): RenderedSides {
  const { change, before: old, after: next } = instance;
  const [before, after] = definitionsOf(instance);
  const earlier = old && attempt(() => render(before, old, known.before));
  const isKept = known.isChanging && change.action !== "replace" && !(earlier instanceof Error);
  const former = isKept ? earlier : undefined;
  const later = isForgotten(instance)
    ? earlier
    : next && attempt(() => render(after, next, { ...known.after, former }));
  return { earlier, later, former };
}

/** Without its RGD kro leaves an instance's children as they are; and of an RGD that is new here, nothing older is known. */
const definitionsOf = ({ definition: { before, after } }: PlannedInstance) =>
  [(before ?? after)!, (after ?? before)!] as const;

const isForgotten = ({ change }: PlannedInstance): boolean => change.action === "delete" && change.retained;

/** What happens to the children of one of the stack's instances. */
export async function effectOn(
  instance: PlannedInstance,
  known: KnownSides,
  rules: readonly ChildRule[],
  note: Note,
  withServer: WithServer,
): Promise<Omit<InstanceEffect, "instance" | "children"> & { readonly children: readonly ChildChange[] }> {
  const { id, change, definition } = instance;
  if (isForgotten(instance)) note(`Pulumi forgets ${id}: it stays in the cluster, with its children.`);
  const { earlier, later, former } = renderedSides(instance, known);
  const isChange = change.action !== "same" || (definition.change?.action ?? "same") !== "same";
  if (later && !(later instanceof Error)) for (const text of unseenNotes(later.children)) note(text);
  if (later instanceof InstanceError && earlier && !(earlier instanceof Error) && change.action === "same") {
    return { children: diff(earlier, earlier, { rules }), refused: later.problems };
  }
  if (later instanceof Error) {
    if (isChange && later instanceof InstanceError)
      throw new UserError(`${placeText(change)}${printable(later.message)}`);
    note(`What kro makes of ${id} can't be told: ${later.message}.`);
    return { children: [] };
  }
  if (earlier instanceof Error) {
    note(`What kro made of ${id} can't be told, so that its children are shown as new: ${earlier.message}.`);
    return { children: diff(undefined, later, { rules }) };
  }
  if (former && later) {
    for (const text of keptDefaults(definitionsOf(instance)[1], known.after, later)) note(text);
  }
  const [found, stored] = await withServer(earlier, later);
  return { children: diff(found, stored, { replaced: change.action === "replace", rules }) };
}
