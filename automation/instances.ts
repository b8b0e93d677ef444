import { type Instance, KnownAfterApply, Secret, type Value } from "../fanout/objects.ts";
import { instanceType, type PlannedDefinition, programDefinition } from "./definitions.ts";
import type { Plan, PlannedChange } from "./plan.ts";
import type { Inputs } from "./pulumiValues.ts";

/** An instance of an RGD in a plan. */
export interface PlannedInstance {
  /** `namespace/name`. */
  readonly id: string;
  readonly change: PlannedChange;
  readonly definition: PlannedDefinition;
  readonly before: Instance | undefined;
  readonly after: Instance | undefined;
}

/** kro's own kinds, none of which is an instance. */
const KRO = /^kubernetes:(internal\.)?kro\.run\/[^:]*:(ResourceGraphDefinition|GraphRevision)$/;

/**
 * The instances of a plan, of each RGD in it. An instance of the program's own kind may come without its RGD.
 *
 * @param cwd - folder of the project, where the program's RGD is found.
 * @param note - called with a sentence for each that can't be looked at.
 */
export async function plannedInstances(
  { changes }: Plan,
  definitions: readonly PlannedDefinition[],
  cwd: string,
  note: (text: string) => void,
): Promise<PlannedInstance[]> {
  const makes = (definition: PlannedDefinition, type: string): boolean =>
    [definition.before, definition.after].some((side) => side && instanceType(side) === type);
  const orphans = changes
    .map(({ type }) => type)
    .filter((type) => type.startsWith("kubernetes:kro.run/") && !KRO.test(type))
    .filter((type) => !definitions.some((definition) => makes(definition, type)));
  const ofProgram = orphans.length > 0 ? await programDefinition(cwd) : undefined;
  const known = ofProgram ? [...definitions, ofProgram] : definitions;
  for (const type of orphans) {
    if (!ofProgram || !makes(ofProgram, type)) {
      note(`What kro makes of ${type} was not looked at: its RGD is not in this stack.`);
    }
  }
  const found = changes.flatMap((change): PlannedInstance[] => {
    const definition = known.find((one) => makes(one, change.type));
    if (!definition) return [];
    const [before, after] = [change.before, change.after].map((inputs) => inputs && toInstance(inputs, definition));
    const problem = [before, after].find((side) => typeof side === "string");
    if (problem !== undefined) note(`What kro makes of ${change.name} was not looked at: ${problem}.`);
    if (typeof before === "string" || typeof after === "string") return [];
    return [{ id: idOf((after ?? before)!), change, definition, before, after }];
  });
  if (found.some(({ definition }) => definition === ofProgram)) {
    note(`The RGD ${ofProgram!.name} is not in this stack: the program's own was taken, not the cluster's.`);
  }
  return found;
}

/** `namespace/name` of an instance. */
export const idOf = ({ metadata: { namespace, name } }: Instance): string =>
  [namespace, name].filter(Boolean).join("/");

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
