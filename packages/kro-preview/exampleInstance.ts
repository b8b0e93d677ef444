import { buildGraph, type Definition, type Instance, instanceGvk, type JsonSchema, type Value } from "../kro/index.ts";

/**
 * An instance of an RGD, made from its schema: every field has its default, or else a value of its type.
 *
 * @throws DefinitionError for an RGD that kro refuses.
 */
export function exampleInstance(definition: Definition): Instance {
  const { apiVersion, kind } = instanceGvk(definition);
  const { schema, clusterScoped } = buildGraph(definition);
  const metadata = { name: "example", ...(!clusterScoped && { namespace: "default" }) };
  return { apiVersion, kind, metadata, spec: exampleOf(schema) as Instance["spec"] & {} };
}

function exampleOf(schema: JsonSchema): Value {
  const { type, properties = {}, minimum, maximum, minLength = 0, maxLength = 253, minItems = 0, items } = schema;
  if (schema.default !== undefined && type !== "object") return schema.default as Value;
  if (schema.enum) return schema.enum[0] as Value;
  if (type === "integer" || type === "number") return Math.ceil(minimum ?? Math.min(1, maximum ?? 1));
  if (type === "boolean") return false;
  if (type === "array") return Array.from({ length: minItems }, () => exampleOf(items ?? {}));
  if (type === "string") return "example".padEnd(minLength, "-").slice(0, maxLength);
  const fields = Object.entries(properties).map(([name, property]) => [name, exampleOf(property)]);
  return { ...(schema.default as object | undefined), ...Object.fromEntries(fields) };
}
