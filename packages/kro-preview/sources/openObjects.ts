import { type Child, identityOf } from "../../kro/index.ts";
import { breathing } from "../breath.ts";
import { renderedSides } from "../instanceEffect.ts";
import type { Plan } from "../pulumi/plan.ts";
import { identitiesOf } from "./identities.ts";
import type { PlannedInstance } from "./instances.ts";
import { isOpen } from "./isOpen.ts";
import type { KnownSides } from "./known.ts";

/**
 * What holds a secret anywhere in a plan, before it or after it, or what only the cluster can know, which may be made of
 * one: children of its instances, to any depth, and objects that it has itself. What one instance lets go of may be
 * another's next. By identity.
 */
export async function openObjects(
  { changes }: Plan,
  instances: readonly PlannedInstance[],
  known: KnownSides,
): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  for (const { type, before, after } of changes) {
    if (!type.startsWith("kubernetes:")) continue;
    for (const side of [before, after]) {
      if (side && isOpen(side)) for (const identity of identitiesOf(side)) open.add(identity);
    }
  }
  for await (const instance of breathing(instances)) {
    const { earlier, later } = renderedSides(instance, known);
    for (const side of [earlier, later]) {
      if (side && !(side instanceof Error)) for (const identity of openIn(side.children)) open.add(identity);
    }
  }
  return open;
}

/** The children that hold such a thing, to any depth. By identity. */
export const openIn = (children: readonly Child[]): readonly string[] =>
  children.flatMap(({ object, nested }) => [
    ...(isOpen(object) ? [identityOf(object)] : []),
    ...openIn(nested?.children ?? []),
  ]);
