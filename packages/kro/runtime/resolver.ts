import { asStored, isSecret, storedFields } from "../apiserver/stored.ts";
import { Unresolvable } from "../cel/expression.ts";
import type { Variables } from "../cel/unstructured.ts";
import type { ParsedTemplate } from "../graph/parser/parser.ts";
import type { JsonSchema } from "../graph/schema/jsonSchema.ts";
import type { ResourceField } from "../graph/variable.ts";
import { KnownAfterApply, NotEvaluated, Secret, setField, type Value } from "../value.ts";

/**
 * Called with why something has no value, in a sentence: kro will fail at it, or wait for ever; or, with `notEvaluated`,
 * it can't be evaluated here.
 */
export type Unresolved = (sentence: string, notEvaluated?: "notEvaluated") => void;

/**
 * The object that a template makes. A field without a value is KnownAfterApply, and `unresolved` is told why.
 *
 * @param schema - of the object, to have it as the API server stores it. Default: it is as kro applies it.
 */
export function resolve(
  template: ParsedTemplate,
  variables: Variables,
  unresolved: Unresolved,
  schema?: JsonSchema,
): Value {
  if ("literal" in template) return schema ? storedLiteral(template, schema) : template.literal;
  if ("field" in template) return asStored(resolveField(template.field, variables, unresolved), schema);
  if ("items" in template) return template.items.map((item) => resolve(item, variables, unresolved, schema?.items));
  if (!schema) {
    const fields: Record<string, Value> = {};
    for (const [key, item] of template.entries) setField(fields, key, resolve(item, variables, unresolved));
    return fields;
  }
  if (isSecret(schema)) return asStored(resolve(template, variables, unresolved), schema);
  return storedFields(template.entries, schema, (item, of) => resolve(item, variables, unresolved, of));
}

type Literal = Extract<ParsedTemplate, { readonly literal: Value }>;

const storedLiterals = new WeakMap<Literal, readonly [schema: JsonSchema, stored: Value]>();

/** What is no expression's is the same in every instance: it is made once. */
function storedLiteral(template: Literal, schema: JsonSchema): Value {
  const { literal } = template;
  if (literal === null || typeof literal !== "object") return asStored(literal, schema);
  let known = storedLiterals.get(template);
  if (known?.[0] !== schema) {
    known = [schema, asStored(literal, schema)];
    storedLiterals.set(template, known);
  }
  return known[1];
}

function resolveField(field: ResourceField, variables: Variables, unresolved: Unresolved): Value {
  try {
    const values = field.parts.map((part) => (typeof part === "string" ? part : part.evaluate(variables)));
    const value = field.standalone ? values[0]! : concatenate(field, values);
    if (value instanceof NotEvaluated) {
      unresolved(`${field.path} is not evaluated, as ${value.reason}: ${field.text}`, "notEvaluated");
    }
    return value;
  } catch (error) {
    if (!(error instanceof Unresolvable)) throw error;
    unresolved(`${field.path}: ${error.message}`);
    return new KnownAfterApply(field.text, unique(field.expressions.flatMap(({ nodes }) => nodes)));
  }
}

function concatenate({ text }: ResourceField, values: readonly Value[]): Value {
  const secret = values.find((value) => value instanceof Secret);
  if (secret) return secret;
  const later = values.filter((value) => value instanceof KnownAfterApply);
  for (const value of values) {
    if (typeof value !== "string" && !(value instanceof KnownAfterApply)) {
      throw new Unresolvable(
        `${text} puts ${JSON.stringify(value)} into text, and kro takes only strings there: use string(...)`,
      );
    }
  }
  if (later.length === 0) return values.join("");
  // What is known of the text is written out, so that a change of it is one.
  const of = [
    values.map((value) => (value instanceof KnownAfterApply ? value.expression : value)).join(""),
    unique(later.flatMap(({ nodes }) => nodes)),
    later.map(({ inputs }) => inputs).join(),
  ] as const;
  const open = later.find((value) => value instanceof NotEvaluated);
  return open ? new NotEvaluated(open.reason, ...of) : new KnownAfterApply(...of);
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];
