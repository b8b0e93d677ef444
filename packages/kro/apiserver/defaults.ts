import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import { isSpecial, setField, type Value } from "../value.ts";

/**
 * A value with its defaults filled in as the API server does: in objects that are there or that have a default
 * themselves; a null counts as absent, unless the field is nullable.
 *
 * @returns a copy where anything was filled in or dropped.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export function withDefaults(value: Value, schema: JsonSchema | undefined): Value {
  if (!schema || value === null || typeof value !== "object" || isSpecial(value)) return value;
  if (Array.isArray(value)) {
    const absent = schema.items?.nullable ? null : (schema.items?.default ?? null);
    return value.map((item) => withDefaults(item === null ? absent : item, schema.items));
  }
  const fields: Record<string, Value> = {};
  for (const [name, field] of Object.entries(value)) {
    const known = fieldSchema(schema, name);
    if (known && field === null && !known.nullable) {
      if (known.default !== undefined) setField(fields, name, withDefaults(known.default, known));
    } else setField(fields, name, withDefaults(field, known));
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    // `constructor` is a field that every object has.
    const isAbsent = !Object.hasOwn(fields, name) || fields[name] === undefined;
    if (property.default !== undefined && isAbsent) setField(fields, name, withDefaults(property.default, property));
  }
  return fields;
}
