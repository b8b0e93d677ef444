import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Definition, instanceGvk, KnownAfterApply, type Value } from "../../kro/index.ts";
import type { Plan, PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";

const RGD = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";

/** An RGD that concerns the stack's instances. */
export interface PlannedDefinition {
  readonly name: string;
  /** Undefined for one that the stack doesn't own. */
  readonly change: PlannedChange | undefined;
  readonly before: Definition | undefined;
  readonly after: Definition | undefined;
}

/**
 * The RGDs of a plan.
 *
 * @param note - called with a sentence for each that can't be read.
 */
export function plannedDefinitions({ changes }: Plan, note: (text: string) => void): PlannedDefinition[] {
  const read = ({ name }: PlannedChange, inputs: Inputs | undefined): Definition | undefined => {
    const problem = inputs && unreadable(inputs);
    if (problem) note(`The RGD ${name} was not looked at: ${problem}.`);
    return inputs && !problem ? (inputs as unknown as Definition) : undefined;
  };
  return changes
    .filter(({ type }) => type === RGD)
    .map((change) => {
      const [before, after] = [read(change, change.before), read(change, change.after)];
      return { name: (after ?? before)?.metadata.name ?? change.name, change, before, after };
    });
}

function unreadable({ metadata, spec }: Inputs): string | undefined {
  if (holdsUnknown(spec ?? null)) return "it holds what only the update can know";
  const { schema, resources } = (spec ?? {}) as { readonly [key: string]: Value };
  const { kind, apiVersion } = (schema ?? {}) as { readonly [key: string]: Value };
  const { name } = (metadata ?? {}) as { readonly [key: string]: Value };
  const isReadable = [name, kind, apiVersion].every((text) => typeof text === "string") && Array.isArray(resources);
  return isReadable ? undefined : "its name, schema or resources are missing or secret";
}

function holdsUnknown(value: Value): boolean {
  if (value instanceof KnownAfterApply) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(holdsUnknown);
}

/**
 * The RGD that a project's program would make, for a stack that leaves it to another stack. Undefined when the project
 * has none.
 */
export async function programDefinition(cwd: string): Promise<PlannedDefinition | undefined> {
  const file = join(cwd, "components", "definition", "cartsDefinition.ts");
  if (!existsSync(file)) return undefined;
  const { definition, DEFINITION_NAME: name } = (await import(
    pathToFileURL(file).href
  )) as typeof import("../../../components/definition/cartsDefinition.ts");
  const own = { metadata: { name }, spec: definition } as Definition;
  return { name, change: undefined, before: own, after: own };
}

/** Pulumi's type of the instances that an RGD makes: `kubernetes:kro.run/v1alpha1:CartsStack`. */
export const instanceType = (definition: Definition): string => {
  const { apiVersion, kind } = instanceGvk(definition);
  return `kubernetes:${apiVersion}:${kind}`;
};
