import { isDeepStrictEqual } from "node:util";
import { buildGraph } from "../graph/builder.ts";
import { fieldPath } from "../graph/fieldpath.ts";
import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import type { Definition, Instance, KubernetesObject } from "../objects.ts";
import { isList, isMap, isSpecial, KnownAfterApply, type Value } from "../value.ts";
import { completeInstance } from "./instance.ts";
import { brokenTransitions } from "./rules.ts";

/** A part of an update that the API server refuses. */
export interface Refusal {
  readonly path: string;
  /** What the kind's schema says of it; undefined for what can't be changed at all. */
  readonly rule?: string;
}

/**
 * Paths of what an update of an instance changes and the API server refuses to change.
 *
 * @param definition - the RGD after the update.
 * @throws InstanceError for an instance that the API server refuses anyway.
 */
export function refusedChanges(definition: Definition, before: Instance, after: Instance): string[] {
  const { schema } = buildGraph(definition);
  return immutableChanges(completeInstance(before, schema), completeInstance(after, schema), schema);
}

/**
 * The same, of instances from completeInstance.
 *
 * @param schema - of their spec.
 */
export const immutableChanges = (before: Instance, after: Instance, schema: JsonSchema): string[] => [
  ...new Set(refusals(before.spec as Value, after.spec as Value, schema, "spec").map(({ path }) => path)),
];

/** What the API server refuses of an update of an object, by the schema of its kind. */
export const refusedUpdate = (before: KubernetesObject, after: KubernetesObject, schema: JsonSchema): Refusal[] =>
  refusals(before as Value, after as Value, schema, "");

/**
 * Fields that can't be changed, and differ; rules about an update that this one breaks. A field that was not there, or is
 * not there any more, may be set and removed; so may, as far as a preview can tell, one that isn't known.
 */
function refusals(was: Value | undefined, is: Value | undefined, of: JsonSchema | undefined, path: string): Refusal[] {
  if (was === undefined || is === undefined || !of || isDeepStrictEqual(was, is)) return [];
  const own: Refusal[] = of.immutable && !holdsUnknown(was) && !holdsUnknown(is) ? [{ path }] : [];
  const rules = brokenTransitions(was, is, of).map((rule) => ({ path, rule: of.ruleMessages?.[rule] ?? rule }));
  return [...own, ...rules, ...partRefusals(was, is, of, path)];
}

function partRefusals(was: Value, is: Value, of: JsonSchema, path: string): Refusal[] {
  if (isMap(was) && isMap(is)) {
    return Object.entries(was).flatMap(([name, field]) =>
      refusals(field, is[name], fieldSchema(of, name), fieldPath(path, name)),
    );
  }
  const { listMapKeys = [] } = of;
  // Of another list, the API server doesn't know which item was which.
  if (!isList(was) || !isList(is) || listMapKeys.length === 0) return [];
  const keyOf = (item: Value): string => JSON.stringify(listMapKeys.map((key) => (isMap(item) ? item[key] : null)));
  const items = new Map(was.map((item) => [keyOf(item), item]));
  return is.flatMap((item, i) => refusals(items.get(keyOf(item)), item, of.items, `${path}[${i}]`));
}

/** Two secrets are compared by their versions; a value that isn't known may be the same again. */
function holdsUnknown(value: Value): boolean {
  if (value instanceof KnownAfterApply) return true;
  if (value === null || typeof value !== "object" || isSpecial(value)) return false;
  return Object.values(value).some(holdsUnknown);
}
