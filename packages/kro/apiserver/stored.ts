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
  const fields = Object.entries(given).flatMap(([key, field]): [string, Value][] => {
    const ofField = fieldSchema(schema, key);
    if (field === null && ofField) return schema.properties || ofField.type !== "string" ? [] : [[key, ""]];
    const stored = asStored(field, ofField);
    return schema.leftOut?.includes(key) && isEmpty(stored) ? [] : [[key, stored]];
  });
  return Object.fromEntries(fields);
}

const isEmpty = (value: Value): boolean =>
  value === "" || value === 0 || value === false || ((isList(value) || isMap(value)) && Object.keys(value).length === 0);

/** A Secret with its texts in `data`, where they are in base64. */
function withoutStringData({ stringData, ...secret }: Fields): Fields {
  if (stringData === undefined || !isMap(stringData)) return { ...secret, ...(stringData && { stringData }) };
  const encoded = Object.entries(stringData).map(([key, text]) => [
    key,
    typeof text === "string" ? Buffer.from(text).toString("base64") : text,
  ]);
  return { ...secret, data: { ...(isMap(secret.data) ? secret.data : {}), ...Object.fromEntries(encoded) } };
}
