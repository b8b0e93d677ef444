import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import { isList, isMap, isSpecial, setField, type Value } from "../value.ts";
import { canonicalQuantity } from "./quantity.ts";

type Fields = Readonly<Record<string, Value>>;

/**
 * A value as the API server stores it. Quantities are in their canonical form. In Kubernetes' own kinds, a field that is
 * null is not there, and is empty text in a map of texts; some are not there when they are empty. A custom resource keeps
 * null, or is refused for it. What a Secret has in `stringData` is in its `data`.
 */
export function asStored(value: Value, schema: JsonSchema | undefined): Value {
  if (!schema || isSpecial(value)) return value;
  if (typeof value === "string" || typeof value === "number") {
    return schema.format === "quantity" ? canonicalQuantity(value) : value;
  }
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((item) => asStored(item, schema.items));
  return storedFields(Object.entries(isSecret(schema) ? withoutStringData(value) : value), schema, asStored);
}

/** Of a Secret, `stringData` and `data` are stored together: they are not looked at one by one. */
export const isSecret = ({ title }: JsonSchema): boolean => title === "core.v1.Secret";

/**
 * A map as the API server stores it.
 *
 * @param stored - the value of a field as it is stored.
 */
export function storedFields<T>(
  entries: readonly (readonly [string, T])[],
  schema: JsonSchema,
  stored: (of: T, schema: JsonSchema | undefined) => Value,
): Value {
  const fields: Record<string, Value> = {};
  for (const [key, of] of entries) {
    const ofField = fieldSchema(schema, key);
    const field = stored(of, ofField);
    if (field === null && ofField) {
      if (!schema.properties && ofField.type === "string") setField(fields, key, "");
    } else if (!isEmpty(field) || !schema.leftOut?.includes(key)) setField(fields, key, field);
  }
  return fields;
}

function isEmpty(value: Value): boolean {
  if (isList(value)) return value.length === 0;
  if (!isMap(value)) return value === "" || value === 0 || value === false;
  for (const _ in value) return false;
  return true;
}

/** A Secret with its texts in `data`, where they are in base64. */
function withoutStringData({ stringData, ...secret }: Fields): Fields {
  if (stringData === undefined || !isMap(stringData)) return { ...secret, ...(stringData && { stringData }) };
  const encoded = Object.entries(stringData).map(([key, text]) => [
    key,
    typeof text === "string" ? Buffer.from(text).toString("base64") : text,
  ]);
  return { ...secret, data: { ...(isMap(secret.data) ? secret.data : {}), ...Object.fromEntries(encoded) } };
}
