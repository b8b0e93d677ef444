import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import { isList, isSpecial, type Value } from "../value.ts";
import { canonicalQuantity } from "./quantity.ts";

/**
 * A value as the API server stores it. Quantities are in their canonical form. In Kubernetes' own kinds, a field that is
 * null is not there, and is empty text in a map of texts; a custom resource keeps null, or is refused for it.
 */
export function asStored(value: Value, schema: JsonSchema | undefined): Value {
  if (!schema || isSpecial(value)) return value;
  if (typeof value === "string" || typeof value === "number") {
    return schema.format === "quantity" ? canonicalQuantity(value) : value;
  }
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((item) => asStored(item, schema.items));
  const fields = Object.entries(value).flatMap(([key, field]): [string, Value][] => {
    const ofField = fieldSchema(schema, key);
    if (field !== null || !ofField) return [[key, asStored(field, ofField)]];
    return schema.properties || ofField.type !== "string" ? [] : [[key, ""]];
  });
  return Object.fromEntries(fields);
}
