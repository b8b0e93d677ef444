import { Unresolvable } from "../cel/expression.ts";
import type { Variables } from "../cel/unstructured.ts";
import type { ParsedTemplate } from "../graph/parser/parser.ts";
import type { ResourceField } from "../graph/variable.ts";
import { KnownAfterApply, NotEvaluated, Secret, type Value } from "../value.ts";

/**
 * Called with why something has no value, in a sentence: kro will fail at it, or wait for ever; or, with `notEvaluated`,
 * it can't be evaluated here.
 */
export type Unresolved = (sentence: string, notEvaluated?: "notEvaluated") => void;

/** The object that a template makes. A field without a value is KnownAfterApply, and `unresolved` is told why. */
export function resolve(template: ParsedTemplate, variables: Variables, unresolved: Unresolved): Value {
  if ("literal" in template) return template.literal;
  if ("field" in template) return resolveField(template.field, variables, unresolved);
  if ("items" in template) return template.items.map((item) => resolve(item, variables, unresolved));
  return Object.fromEntries(template.entries.map(([key, item]) => [key, resolve(item, variables, unresolved)]));
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
