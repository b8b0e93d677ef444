import type { JsonSchema } from "../../kro/index.ts";

/** Stands for a text that only the cluster can know: also a valid name, label and host. */
export const PLACEHOLDER = "known-after-apply";

/**
 * What stands for a value that only the cluster can know, of the type that its field has: the smallest number that it
 * may be, the first of its choices, an empty list.
 *
 * @param schema - of the field; undefined where nobody knows it, which makes a text of it.
 */
export function placeholder(schema: JsonSchema | undefined): unknown {
  const { type, format, minimum = 0, default: usual } = schema ?? {};
  if (usual !== undefined) return usual;
  if (schema?.enum) return schema.enum[0];
  if (schema?.["x-kubernetes-int-or-string"] || format === "quantity") return Math.ceil(minimum);
  if (type === "integer" || type === "number") return Math.ceil(minimum);
  if (type === "boolean") return false;
  if (type === "array") return [];
  if (type === "object") return {};
  if (format === "byte") return Buffer.from(PLACEHOLDER).toString("base64");
  if (format === "date-time") return "1970-01-01T00:00:00Z";
  return PLACEHOLDER;
}
