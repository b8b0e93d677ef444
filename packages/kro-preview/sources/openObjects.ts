import { type Child, identityOf, type KubernetesObject } from "../../kro/index.ts";
import { breathing } from "../breath.ts";
import { renderedSides } from "../instanceEffect.ts";
import type { Plan } from "../pulumi/plan.ts";
import type { Api } from "./definitions.ts";
import type { PlannedInstance } from "./instances.ts";
import { isOpen } from "./isOpen.ts";
import type { KnownSides } from "./known.ts";
import { OwnResources } from "./ownResources.ts";

/**
 * Whether an object holds a secret anywhere in a plan, before it or after it, or what only the cluster can know, which may be
 * made of one: children of its instances, to any depth, and objects that it has itself; where the name of one of those is secret,
 * all of its kind. What one instance lets go of may be another's next.
 */
export async function openObjects(
  { changes }: Plan,
  instances: readonly PlannedInstance[],
  known: KnownSides,
): Promise<(object: KubernetesObject) => boolean> {
  const own = new OwnResources(changes, kubernetesApi, isOpen);
  const open = new Set<string>();
  for await (const instance of breathing(instances)) {
    const { earlier, later } = renderedSides(instance, known);
    for (const side of [earlier, later]) {
      if (side && !(side instanceof Error)) for (const identity of openIn(side.children)) open.add(identity);
    }
  }
  return (object) => open.has(identityOf(object)) || own.titleOf(object) !== undefined;
}

/** The API of an object in a cluster, or of a patch of one, by Pulumi's type. */
function kubernetesApi(type: string): Api | undefined {
  const [, apiVersion, kind] = /^kubernetes:(?:core\/)?([^:]+):([^:]+?)(?:Patch)?$/.exec(type) ?? [];
  return apiVersion === undefined ? undefined : { apiVersion, kind: kind! };
}

/** The children that hold such a thing, to any depth. By identity. */
export const openIn = (children: readonly Child[]): readonly string[] =>
  children.flatMap(({ object, nested }) => [
    ...(isOpen(object) ? [identityOf(object)] : []),
    ...openIn(nested?.children ?? []),
  ]);
