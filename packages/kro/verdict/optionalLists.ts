import { fieldPath } from "../graph/fieldpath.ts";
import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import type { Definition } from "../objects.ts";
import type { Told } from "./validate.ts";

/**
 * Collections over a list that an instance may leave out: then the expression has no value, and kro makes nothing of the
 * node, nor of what depends on it.
 *
 * @param schema - of an instance's spec.
 */
export function optionalLists({ spec: { resources = [] } }: Definition, schema: JsonSchema, tell: Told): void {
  for (const [resource, { id: node, forEach }] of resources.entries()) {
    for (const [name, expression] of (forEach ?? []).flatMap((dimension) => Object.entries(dimension))) {
      const [, fields] = /^\$\{\s*schema\.spec((?:\.\w+)+)\s*\}$/.exec(expression) ?? [];
      const missing = fields === undefined ? undefined : missingIn(fields.slice(1).split("."), schema);
      if (!missing) continue;
      const problem = `${missing.path} has no default: an instance without it is stuck`;
      const remedy = missing.schema.type === "array" ? "add | default=[]" : "give it a default, or add | required=true";
      tell("optional-list", { node, path: fieldPath("forEach", name), resource, expression, problem, remedy });
    }
  }
}

/** The first field on the way to a list that may not be there; undefined where all are, or where there is no list. */
function missingIn(fields: readonly string[], spec: JsonSchema) {
  let [of, path] = [spec, "schema.spec"];
  let missing: { readonly path: string; readonly schema: JsonSchema } | undefined;
  for (const field of fields) {
    const schema = fieldSchema(of, field);
    if (!schema) return undefined;
    path = fieldPath(path, field);
    if (schema.default === undefined && !of.required?.includes(field)) missing ??= { path, schema };
    of = schema;
  }
  return of.type === "array" ? missing : undefined;
}
