import { isDeepStrictEqual } from "node:util";
import { compileRegex } from "../cel/library/regex.ts";
import { fieldPath } from "../graph/fieldpath.ts";
import { fieldSchema, type JsonSchema, takesAnyValue } from "../graph/schema/jsonSchema.ts";
import { isMap, isSpecial, type Value } from "../value.ts";
import { brokenRules } from "./rules.ts";

/** What the API server has against a value. */
export interface ValueProblem {
  /** Of the value. */
  readonly path: string;
  /** The value and the rule. */
  readonly problem: string;
  /** The schema has no such field: of a custom resource it is dropped, and nothing is refused. */
  readonly unknown?: boolean;
}

/** Adds a problem of the value at hand. */
type Report = (rule: string) => void;

type Values = Readonly<Record<string, Value>>;

/**
 * What the API server has against a value: a line for each, with path, value and rule. Secrets and what isn't known
 * yet pass.
 *
 * @param path - of the value, for the lines.
 */
export const problemsOf = (value: Value, schema: JsonSchema, path: string): string[] =>
  valueProblems(value, schema, path).map((found) => `${found.path}: ${found.problem}`);

/** As {@link problemsOf}, path and problem apart. */
export function valueProblems(value: Value, schema: JsonSchema, path: string): ValueProblem[] {
  const problems: ValueProblem[] = [];
  check(value, schema, path, problems);
  return problems;
}

function check(value: Value, schema: JsonSchema, path: string, problems: ValueProblem[]): void {
  if (isSpecial(value) || (value === null && schema.nullable)) return;
  const report: Report = (rule) => {
    problems.push({ path, problem: `${shown(value)} ${rule}` });
  };
  const type = typeProblem(value, schema);
  if (type) {
    report(type);
    return;
  }
  if (schema.enum && !schema.enum.some((allowed) => isDeepStrictEqual(allowed, value))) {
    report(`must be one of ${schema.enum.map((allowed) => JSON.stringify(allowed)).join(", ")}`);
  }
  if (typeof value === "string") checkText(value, schema, report);
  else if (typeof value === "number") checkNumber(value, schema, report);
  else if (Array.isArray(value)) {
    checkList(value, schema, report);
    if (schema.items) for (const [i, item] of value.entries()) check(item, schema.items, `${path}[${i}]`, problems);
  } else if (isMap(value)) {
    checkSize(value, schema, report);
    checkFields(value, schema, path, problems);
  }
  for (const rule of brokenRules(value, schema)) report(schema.ruleMessages?.[rule] ?? `breaks the rule ${rule}`);
}

function typeProblem(value: Value, schema: JsonSchema): string | undefined {
  if (schema["x-kubernetes-int-or-string"]) {
    return typeof value === "string" || Number.isInteger(value) ? undefined : "must be a whole number or text";
  }
  if (schema.format === "quantity") {
    return typeof value === "string" || typeof value === "number" ? undefined : "must be text or a number";
  }
  switch (schema.type) {
    case "string":
      return typeof value === "string" ? undefined : "must be a string";
    case "integer":
      return Number.isInteger(value) ? undefined : "must be a whole number";
    case "number":
      return typeof value === "number" ? undefined : "must be a number";
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "array":
      return Array.isArray(value) ? undefined : "must be a list";
    case "object":
      return isMap(value) ? undefined : "must be an object";
    default:
      return undefined;
  }
}

function checkText(value: string, { pattern, ownPattern, minLength, maxLength }: JsonSchema, report: Report): void {
  if (minLength !== undefined && lengthOf(value) < minLength) report(`must be at least ${minLength} characters long`);
  if (maxLength !== undefined && lengthOf(value) > maxLength) report(`must be at most ${maxLength} characters long`);
  if (pattern !== undefined && !(ownPattern ?? compileRegex(pattern)).test(value)) report(`must match ${pattern}`);
}

/** In characters. */
const lengthOf = (text: string): number => [...text].length;

function checkNumber(value: number, { minimum, maximum }: JsonSchema, report: Report): void {
  if (minimum !== undefined && value < minimum) report(`must be at least ${minimum}`);
  if (maximum !== undefined && value > maximum) report(`must be at most ${maximum}`);
}

function checkList(list: readonly Value[], schema: JsonSchema, report: Report): void {
  const { minItems, maxItems, listType, listMapKeys } = schema;
  if (minItems !== undefined && list.length < minItems) report(`must have at least ${minItems} items`);
  if (maxItems !== undefined && list.length > maxItems) report(`must have at most ${maxItems} items`);
  const known = list.filter((item) => !isSpecial(item));
  if (listType === "set" && hasDuplicate(known)) report("must not have an item twice");
  const keys = listMapKeys && known.filter(isMap).map((item) => listMapKeys.map((key) => item[key] ?? null));
  const comparable = keys?.filter((key) => !key.some(isSpecial));
  if (comparable && hasDuplicate(comparable)) report(`must not have two items of the same ${listMapKeys?.join(", ")}`);
}

const hasDuplicate = (items: readonly unknown[]): boolean =>
  items.some((item, i) => items.slice(0, i).some((other) => isDeepStrictEqual(item, other)));

function checkSize(fields: Values, { minProperties, maxProperties }: JsonSchema, report: Report): void {
  const size = Object.keys(fields).length;
  if (minProperties !== undefined && size < minProperties) report(`must have at least ${minProperties} keys`);
  if (maxProperties !== undefined && size > maxProperties) report(`must have at most ${maxProperties} keys`);
}

function checkFields(fields: Values, schema: JsonSchema, path: string, problems: ValueProblem[]): void {
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(fields, name) || fields[name] === undefined)
      problems.push({ path: fieldPath(path, name), problem: "must be there" });
  }
  for (const [name, field] of Object.entries(fields)) {
    // In an object that a program has made.
    if (field === undefined) continue;
    const known = fieldSchema(schema, name);
    if (known) check(field, known, fieldPath(path, name), problems);
    else if (!takesAnyValue(schema) && !schema["x-kubernetes-preserve-unknown-fields"]) {
      const problem = `${shown(field)} is a field that the schema does not have`;
      problems.push({ path: fieldPath(path, name), problem, unknown: true });
    }
  }
}

/** A value in an error, short. Secrets and unknown values show no text. */
function shown(value: Value): string {
  if (isSpecial(value)) return String(value);
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
