import { type Instance, instanceGvk, namespacedName, render } from "../../kro/index.ts";
import { attempt } from "../attempt.ts";
import type { ChildChange, ChildRule } from "../changes.ts";
import { diff } from "../diff.ts";
import type { Wording } from "../subject.ts";
import type { Cluster } from "./cluster.ts";
import { makes, type PlannedDefinition } from "./definitions.ts";
import type { PlannedInstance } from "./instances.ts";

/** What the change of an RGD does to an instance that the stack doesn't own. */
export interface OtherEffect {
  /** `namespace/name`. */
  readonly id: string;
  readonly definition: PlannedDefinition;
  /** The RGD that it needs goes away. */
  readonly abandoned: boolean;
  readonly children: readonly ChildChange[];
}

/**
 * What the changes of a plan's RGDs do to instances that other stacks own.
 *
 * @param cluster - where they are. Without it there is a note instead, and so there is when it can't be reached.
 * @param rules - what is looked for at each child.
 * @param note - called with a sentence about what was not looked at, and why.
 */
export async function otherInstances(
  definitions: readonly PlannedDefinition[],
  own: readonly PlannedInstance[],
  cluster: Cluster | undefined,
  rules: readonly ChildRule[],
  note: (text: string) => void,
  wording: Wording,
): Promise<OtherEffect[]> {
  const changing = definitions.filter(
    ({ change, before, after }) =>
      before && change && change.action !== "same" && (after || change.action === "delete"),
  );
  if (changing.length > 0 && !cluster) {
    const names = changing.map(({ name }) => name).join(", ");
    note(`Of the RGD ${names}, ${wording.otherInstances} were not looked for: that takes --cluster.`);
  }
  if (!cluster) return [];
  const all = await Promise.all(
    changing.map((definition) => effectsOf(definition, own, cluster, rules, note, wording)),
  );
  return all.flat();
}

async function effectsOf(
  definition: PlannedDefinition,
  own: readonly PlannedInstance[],
  cluster: Cluster,
  rules: readonly ChildRule[],
  note: (text: string) => void,
  { otherInstances, whose }: Wording,
): Promise<OtherEffect[]> {
  const { name, before, after } = definition;
  let instances: readonly Instance[];
  try {
    instances = await cluster.instancesOf(before!);
  } catch (error) {
    note(`Of the RGD ${name}, ${otherInstances} were not looked for: ${(error as Error).message}.`);
    return [];
  }
  const owned = new Set(
    own.filter((one) => one.definition === definition && one.before).map((one) => namespacedName(one.before!.metadata)),
  );
  const others = instances.filter((instance) => !owned.has(namespacedName(instance.metadata)));
  note(`Of the RGD ${name}, ${others.length} other instances are in ${cluster.title}.`);
  const abandoned = !after || !makes({ ...definition, before: undefined }, instanceGvk(before!));
  return others.map((instance) => {
    const id = namespacedName(instance.metadata);
    if (abandoned) return { id, definition, abandoned, children: [] };
    const [earlier, later] = [before!, after].map((side) => attempt(() => render(side, instance)));
    if (later instanceof Error || earlier instanceof Error) {
      const problem = (later instanceof Error ? later : earlier) as Error;
      note(`What kro makes of ${id}, ${whose}, can't be told: ${problem.message}.`);
      return { id, definition, abandoned, children: [] };
    }
    return { id, definition, abandoned, children: diff(earlier, later, { rules }) };
  });
}
