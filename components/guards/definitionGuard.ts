import { createUrn, type Resource } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../args.ts";
import { DEFINITION_KIND } from "../definition/cartsDefinition.ts";
import { API_VERSION, KIND } from "../definition/cartsSchema.ts";
import { whenKnown } from "../given.ts";
import { previousChild, previousOutputs } from "../previousState.ts";

/** The RGD as the stack's state has it. */
export interface PreviousDefinition {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly schema?: unknown };
}

/**
 * Why `createDefinition` can't become false: the update would delete the RGD, and kro would look after its instances no
 * more. The CartsStack's own instance is one of them. undefined where nothing would be lost.
 *
 * It is asked only of an RGD that goes away: not where a CartsApi of the same program takes it over.
 *
 * @param previous - the RGD that this CartsStack had after the stack's last update. Undefined where it had none, also
 *   after it was handed over with `pulumi state move`.
 * @param instancesThere - those that are there after the update, as `namespace/name`: those of the stack's state, and others that
 *   are known.
 */
export function definitionProblem(
  previous: PreviousDefinition | undefined,
  next: Pick<CartsStackArgs, "createDefinition">,
  instancesThere: () => readonly string[],
): string | undefined {
  if (!previous || next.createDefinition !== false) return undefined;
  const instances = instancesThere();
  if (instances.length === 0) return undefined;
  return (
    `createDefinition changes to false, which would delete the ResourceGraphDefinition ${previous.metadata.name} of this stack. ` +
    `Without it kro looks after its instances no more, and nothing can delete them: ${[...instances].sort().join(", ")}. ` +
    "Hand it over to the stack that is to have it with `pulumi state move` first (docs/behaviour.md), or leave createDefinition true."
  );
}

/**
 * The RGD that the CartsStack had after the stack's last update, or that `pulumi state move` has brought since; undefined
 * where there was none.
 */
export async function previousDefinition(component: Resource, name: string): Promise<PreviousDefinition | undefined> {
  const [type, own] = [`kubernetes:${API_VERSION}:${DEFINITION_KIND}`, `${name}-definition`];
  const found = await previousChild<PreviousDefinition>(component, type, own);
  return found ?? ((await previousOutputs())[await whenKnown(createUrn(own, type))] as PreviousDefinition | undefined);
}

/** The instances that a stack has, as `namespace/name`, by what its resources were: outputs by URN. */
export function instancesAmong(outputs: Readonly<Record<string, object>>): readonly string[] {
  const type = `kubernetes:${API_VERSION}:${KIND}`;
  const names = Object.entries(outputs).flatMap(([urn, { metadata }]: [string, Instance]) => {
    const isInstance = urn.split("::")[2]!.split("$").at(-1) === type;
    return isInstance && metadata ? [`${metadata.namespace}/${metadata.name}`] : [];
  });
  // One that was waited for in vain was read as well.
  return [...new Set(names)];
}

interface Instance {
  readonly metadata?: { readonly name: string; readonly namespace: string };
}
