import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import { isList, isMap, isSpecial, type Value } from "../value.ts";
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
  const given = schema.title === "core.v1.Secret" ? withoutStringData(value) : value;
  const fields: [string, Value][] = [];
  for (const key of Object.keys(given)) {
    const ofField = fieldSchema(schema, key);
    const field = given[key]!;
    if (field === null && ofField) {
      if (!schema.properties && ofField.type === "string") fields.push([key, ""]);
      continue;
    }
    const stored = asStored(field, ofField);
    if (!isEmpty(stored) || !schema.leftOut?.includes(key)) fields.push([key, stored]);
  }
  return Object.fromEntries(fields);
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
