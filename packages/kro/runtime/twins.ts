import { identityOf } from "../metadata/identity.ts";
import { isSpecial } from "../value.ts";
import type { Child } from "./node.ts";

/** The children; kro takes no two nodes, and no two elements of a list, that make the same object. */
export function withTwins(children: readonly Child[]): Child[] {
  const makers = new Map<string, Child[]>();
  return children.map((child) => {
    const { kind, metadata } = child.object;
    // Objects whose names aren't known may well have different ones.
    if (typeof metadata.name !== "string" || isSpecial(metadata.namespace)) return child;
    const identity = identityOf(child.object);
    const twins = makers.get(identity);
    if (!twins) {
      makers.set(identity, [child]);
      return child;
    }
    const always = twins.find((other) => other.condition === child.condition);
    const twin = always ?? twins.find((other) => dependentOf(other, child)) ?? twins[0]!;
    // Of those that are there together, one tells of the others.
    if (!always) twins.push(child);
    const nodes = `${twin.node} and ${child.node}`;
    const dependent = always ? undefined : dependentOf(twin, child);
    if (always || dependent) {
      const where = dependent ? `, where ${dependent.node} is there` : "";
      const problem = `${kind} ${metadata.name} is made twice, by ${nodes}${where}: kro refuses that`;
      return { ...child, problems: [...child.problems, problem] };
    }
    // Mostly one of them is there in the other's place.
    const note = `the same ${kind} is made by ${nodes}: kro refuses it where both are there`;
    return { ...child, notes: [...(child.notes ?? []), note] };
  });
}

/** The one of two that is never there without the other; undefined where there is none. */
function dependentOf(one: Child, other: Child): Child | undefined {
  const [conditions, others] = [conditionsOf(one), conditionsOf(other)];
  if (others.every((condition) => conditions.includes(condition))) return one;
  return conditions.every((condition) => others.includes(condition)) ? other : undefined;
}

/** All of which have to hold. */
const conditionsOf = ({ condition }: Child): readonly string[] =>
  condition?.split(/(?<=\}) && (?=(?:for each of )?\$\{)/) ?? [];
