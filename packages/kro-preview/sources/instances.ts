import { type Instance, KnownAfterApply, namespacedName, Secret, type Value } from "../../kro/index.ts";
import type { ChildChange } from "../changes.ts";
import type { Plan, PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import type { Cluster } from "./cluster.ts";
import { instanceType, type PlannedDefinition, programDefinition } from "./definitions.ts";

/** An instance of an RGD in a plan. */
export interface PlannedInstance {
  /** `namespace/name`. */
  readonly id: string;
  readonly change: PlannedChange;
  readonly definition: PlannedDefinition;
  readonly before: Instance | undefined;
  readonly after: Instance | undefined;
}

/** What kro makes of one of the stack's instances. */
export interface InstanceEffect {
  readonly instance: PlannedInstance;
  readonly children: readonly ChildChange[];
}

/** kro's own kinds, none of which is an instance. */
const KRO = /^kubernetes:(internal\.)?kro\.run\/[^:]*:(ResourceGraphDefinition|GraphRevision)$/;

/**
 * The instances of a plan, of each RGD in it. An instance of the program's own kind may come without its RGD.
 *
 * @param where - `cwd`, the folder of the project, where the program's RGD is found; `cluster`, where its live one is.
 * @param note - called with a sentence for each that can't be looked at.
 */
export async function plannedInstances(
  { changes }: Plan,
  definitions: readonly PlannedDefinition[],
  { cwd, cluster }: { readonly cwd: string; readonly cluster?: Cluster },
  note: (text: string) => void,
): Promise<PlannedInstance[]> {
  const makes = (definition: PlannedDefinition, type: string): boolean =>
    [definition.before, definition.after].some((side) => side && instanceType(side) === type);
  const orphans = changes
    .map(({ type }) => type)
    .filter((type) => type.startsWith("kubernetes:kro.run/") && !KRO.test(type))
    .filter((type) => !definitions.some((definition) => makes(definition, type)));
  const ofProgram = orphans.length > 0 ? await foreignDefinition(orphans, cwd, cluster, note) : undefined;
  const known = ofProgram ? [...definitions, ofProgram] : definitions;
  for (const type of orphans) {
    if (!ofProgram || !makes(ofProgram, type)) {
      note(`What kro makes of ${type} was not looked at: its RGD is not in this stack.`);
    }
  }
  return changes.flatMap((change): PlannedInstance[] => {
    const definition = known.find((one) => makes(one, change.type));
    if (!definition) return [];
    const [before, after] = [change.before, change.after].map((inputs) => inputs && toInstance(inputs, definition));
    const problem = [before, after].find((side) => typeof side === "string");
    if (problem !== undefined) note(`What kro makes of ${change.name} was not looked at: ${problem}.`);
    if (typeof before === "string" || typeof after === "string") return [];
    return [{ id: namespacedName((after ?? before)!.metadata), change, definition, before, after }];
  });
}

/** The RGD of instances that come without it, which another stack has made: as it is in the cluster, else as this program has it. */
async function foreignDefinition(
  types: readonly string[],
  cwd: string,
  cluster: Cluster | undefined,
  note: (text: string) => void,
): Promise<PlannedDefinition | undefined> {
  const own = await programDefinition(cwd);
  if (!own?.after || !types.includes(instanceType(own.after))) return undefined;
  const reason = (why: string) => `The RGD ${own.name} is not in this stack: the program's own was taken, ${why}.`;
  if (!cluster) {
    note(reason("not the cluster's, which takes --cluster"));
    return own;
  }
  try {
    const live = await cluster.definition(own.name);
    if (live) return { ...own, before: live, after: live };
    note(reason("as the cluster has none"));
  } catch (error) {
    note(reason(`because the cluster's could not be read: ${(error as Error).message}`));
  }
  return own;
}

/** The instance that inputs declare, or why they can't be read. */
function toInstance(
  { apiVersion, kind, metadata, spec }: Inputs,
  { before, after }: PlannedDefinition,
): Instance | string {
  const { name, labels, annotations, ...others } = (metadata ?? {}) as { readonly [key: string]: Value };
  const isNamespaced = (after ?? before)!.spec.schema.scope !== "Cluster";
  const namespace = isNamespaced ? (others.namespace ?? "default") : undefined;
  if (![apiVersion, kind, name, namespace ?? ""].every((text) => typeof text === "string")) {
    return "its name or namespace is secret, or known only after the update";
  }
  if (spec instanceof KnownAfterApply || spec instanceof Secret)
    return "its spec is secret, or known only after the update";
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec } as unknown as Instance;
}
