import { isDeepStrictEqual } from "node:util";
import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import { isList, isMap, setField, type Value } from "../value.ts";

/** An object as it was before an update. */
export interface Former {
  /** As it was applied. */
  readonly applied: Value | undefined;
  /** As the API server stored that, with the defaults of its schema. */
  readonly stored: Value | undefined;
}

/**
 * What is applied, with the defaults that the object was given before: the API server writes them into it when it is made, so
 * that a default that changes is one for new objects. What was applied before, and is not any more, is gone; so is what the
 * schema doesn't have any more.
 *
 * @param schema - of the update.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export function withKept(next: Value, { applied, stored }: Former, schema: JsonSchema | undefined): Value {
  if (!schema || !isMap(stored) || !isMap(next)) return isDeepStrictEqual(next, applied) ? (stored ?? next) : next;
  const before = new Map(Object.entries(isMap(applied) ? applied : {}));
  const fields = new Map(Object.entries(next));
  for (const [name, value] of Object.entries(stored)) {
    const known = fieldSchema(schema, name);
    if (!known) continue;
    const former = { applied: before.get(name), stored: value };
    const said = fields.get(name);
    if (said !== undefined && said !== null) fields.set(name, withKept(said, former, known));
    else if (!isSaid(before.get(name))) fields.set(name, isMap(value) ? withKept({}, former, known) : value);
  }
  return Object.fromEntries(fields);
}

/** A value of one's own, for later. */
export function copyOf(value: Value | undefined): Value | undefined {
  if (isList(value)) return value.map((item) => copyOf(item)!);
  if (!isMap(value)) return value;
  const copy: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) setField(copy, key, copyOf(item)!);
  return copy;
}

/** A null counts as nothing. */
const isSaid = (value: Value | undefined): boolean => value !== undefined && value !== null;

/** What somebody may have applied of what is stored: all but what the schema gives as it is. */
export function withoutDefaults(stored: Value, schema: JsonSchema | undefined): Value {
  if (!schema || !isMap(stored)) return stored;
  const said = Object.entries(stored).filter(
    ([name, value]) => !isDeepStrictEqual(value, fieldSchema(schema, name)?.default),
  );
  return Object.fromEntries(said.map(([name, value]) => [name, withoutDefaults(value, fieldSchema(schema, name))]));
}
