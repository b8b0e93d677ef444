import { isDeepStrictEqual } from "node:util";
import { buildGraph } from "../graph/builder.ts";
import { fieldPath } from "../graph/fieldpath.ts";
import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import type { Definition, Instance } from "../objects.ts";
import { isMap, isSpecial, KnownAfterApply, type Value } from "../value.ts";
import { completeInstance } from "./instance.ts";

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
 * Paths of the fields that can't be changed, and differ: the API server would refuse the update. A field that was not
 * there, or is not there any more, may be set and removed; so may, as far as a preview can tell, one that isn't known.
 *
 * @param before - and `after` are instances from completeInstance.
 * @param schema - of their spec.
 */
export function immutableChanges(before: Instance, after: Instance, schema: JsonSchema): string[] {
  const changed: string[] = [];
  const compare = (was: Value | undefined, is: Value | undefined, of: JsonSchema | undefined, path: string): void => {
    if (was === undefined || is === undefined || !of) return;
    if (of.immutable && !isDeepStrictEqual(was, is) && !holdsUnknown(was) && !holdsUnknown(is)) changed.push(path);
    if (!isMap(was) || !isMap(is)) return;
    for (const [name, field] of Object.entries(was)) {
      compare(field, is[name], fieldSchema(of, name), fieldPath(path, name));
    }
  };
  compare(before.spec, after.spec, schema, "spec");
  return changed;
}

/** Two secrets are compared by their versions; a value that isn't known may be the same again. */
function holdsUnknown(value: Value): boolean {
  if (value instanceof KnownAfterApply) return true;
  if (value === null || typeof value !== "object" || isSpecial(value)) return false;
  return Object.values(value).some(holdsUnknown);
}
