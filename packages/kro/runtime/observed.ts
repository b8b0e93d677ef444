import { toPartialCel } from "../cel/unstructured.ts";
import { buildGraph } from "../graph/builder.ts";
import type { Definition, KubernetesObject } from "../objects.ts";
import { isList, KnownAfterApply, Secret, type Value } from "../value.ts";
import type { Child } from "./node.ts";
import { resolve } from "./resolver.ts";

/**
 * A child with every value that only the cluster could know, as kro takes it from the objects that are there. What is
 * not there stays KnownAfterApply.
 *
 * @param instance - as it is, but with the spec that is declared.
 * @param observed - the instance's children, by node.
 */
export function withObserved(
  child: Child,
  definition: Definition,
  instance: KubernetesObject,
  observed: ReadonlyMap<string, KubernetesObject>,
): Child {
  if (child.type === "collection") return child;
  const { parsed } = buildGraph(definition).nodes.find(({ id }) => id === child.node)!;
  const { status: _, ...schema } = instance;
  const objects = Object.entries({ ...Object.fromEntries(observed), schema });
  const variables = Object.fromEntries(objects.map(([id, object]) => [id, toPartialCel(object as Value)]));
  const object = merge(
    child.object as Value,
    resolve(parsed, variables, () => {}),
  );
  return { ...child, object: object as unknown as KubernetesObject };
}

/** `value`, where it is known, else what `resolved` has in its place. */
function merge(value: Value, resolved: Value | undefined): Value {
  if (value instanceof KnownAfterApply) return resolved ?? value;
  if (value === null || typeof value !== "object" || value instanceof Secret) return value;
  const others = (resolved ?? {}) as { readonly [key: string]: Value };
  if (isList(value)) return value.map((item, i) => merge(item, others[i]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, merge(item, others[key])]));
}
