import { isSpecial } from "../../value.ts";
import { fieldPath } from "../fieldpath.ts";
import { fieldSchema, type JsonSchema, takesAnyValue } from "../schema/jsonSchema.ts";
import { isStandaloneExpression } from "./cel.ts";

/** Something in a template that kro refuses, whatever the instance. */
export interface TemplateProblem {
  /** Such as `spec.containers[0].image`. */
  readonly path: string;
  readonly problem: string;
}

/**
 * What kro has against a template: fields that its kind doesn't have, and values of another type. Like kro, it does not
 * ask for required fields, and leaves enums and ranges to the API server.
 *
 * @param template - of a node.
 * @param schema - of its kind.
 */
export function templateProblems(template: unknown, schema: JsonSchema): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const visit = (value: unknown, expected: JsonSchema, path: string): void => {
    if (value === null || value === undefined || isSpecial(value) || takesAnyValue(expected)) return;
    // kro looks no deeper there.
    if (expected["x-kubernetes-preserve-unknown-fields"]) return;
    // Its type is another check's.
    if (typeof value === "string" && isStandaloneExpression(value)) return;
    const problem = typeProblem(value, expected);
    if (problem) problems.push({ path, problem });
    else if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) if (expected.items) visit(item, expected.items, `${path}[${i}]`);
    } else if (typeof value === "object") visitFields(value, expected, path);
  };
  const visitFields = (value: object, expected: JsonSchema, path: string): void => {
    for (const [name, field] of Object.entries(value)) {
      const known = fieldSchema(expected, name);
      if (known) visit(field, known, fieldPath(path, name));
      else {
        const of = expected.title ? `of ${expected.title.split(".").at(-1)}` : "here";
        problems.push({ path: fieldPath(path, name), problem: `no such field ${of}` });
      }
    }
  };
  visit(template, schema, "");
  return problems;
}

/** What a value is, in JSON schema's words. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value;
}

function typeProblem(value: unknown, schema: JsonSchema): string | undefined {
  const allowed = allowedTypes(schema);
  const type = typeOf(value);
  if (allowed.includes(type)) return undefined;
  return `must be ${allowed.filter((name) => name !== "integer" || !allowed.includes("number")).join(" or ")}, not ${type}`;
}

function allowedTypes(schema: JsonSchema): readonly string[] {
  if (schema["x-kubernetes-int-or-string"]) return ["string", "integer"];
  if (schema.format === "quantity") return ["string", "number", "integer"];
  return schema.type === "number" ? ["number", "integer"] : [schema.type!];
}
