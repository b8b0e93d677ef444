import { Expression, type Scope, Unresolvable } from "../../cel/expression.ts";
import { KnownAfterApply, Secret, type Value } from "../../objects.ts";
import { fieldPath } from "../schema/jsonSchema.ts";

/** A place in a template where an expression stands. */
export interface TemplateField {
  /** Such as `spec.containers[0].image`. */
  readonly path: string;
  /** As written, such as `http://${service.metadata.name}`. */
  readonly text: string;
  readonly expressions: readonly Expression[];
  /** The expression is all of the text, so that its value keeps its type. */
  readonly standalone: boolean;
}

/** A template whose expressions are parsed: give it the variables, and it gives the object. */
export interface Template {
  readonly fields: readonly TemplateField[];
  /** A field without a value is KnownAfterApply in the result, and `unresolvable` is told why. */
  fill(scope: Scope, unresolvable: (problem: string) => void): Value;
}

type Fill = Template["fill"];

/**
 * @param parse - the parts of a text: literal text, and expressions; undefined where there is none.
 */
export function compileTemplate(
  template: unknown,
  parse: (text: string, path: string) => readonly (string | Expression)[] | undefined,
): Template {
  const fields: TemplateField[] = [];
  const compile = (value: unknown, path: string): Fill => {
    if (typeof value === "string") {
      const parts = parse(value, path);
      if (!parts) return () => value;
      const expressions = parts.filter((part) => part instanceof Expression);
      const field = { path, text: value, expressions, standalone: parts.length === 1 };
      fields.push(field);
      return (scope, unresolvable) => fillField(field, parts, scope, unresolvable);
    }
    if (Array.isArray(value)) {
      const items = value.map((item, i) => compile(item, `${path}[${i}]`));
      return (scope, unresolvable) => items.map((fill) => fill(scope, unresolvable));
    }
    if (value !== null && typeof value === "object") {
      const entries = Object.entries(value).map(([key, item]) => [key, compile(item, fieldPath(path, key))] as const);
      return (scope, unresolvable) =>
        Object.fromEntries(entries.map(([key, fill]) => [key, fill(scope, unresolvable)]));
    }
    return () => value as Value;
  };
  return { fill: compile(template, ""), fields };
}

function fillField(
  field: TemplateField,
  parts: readonly (string | Expression)[],
  scope: Scope,
  unresolvable: (problem: string) => void,
): Value {
  try {
    const values = parts.map((part) => (typeof part === "string" ? part : part.evaluate(scope)));
    if (field.standalone) return values[0]!;
    return concatenate(field, values);
  } catch (error) {
    if (!(error instanceof Unresolvable)) throw error;
    unresolvable(`${field.path}: ${error.message}`);
    return new KnownAfterApply(field.text, nodesOf(field));
  }
}

function concatenate(field: TemplateField, values: readonly Value[]): Value {
  const secret = values.find((value) => value instanceof Secret);
  if (secret) return secret;
  const later = values.filter((value) => value instanceof KnownAfterApply);
  for (const value of values) {
    if (typeof value !== "string" && !(value instanceof KnownAfterApply)) {
      throw new Unresolvable(
        `${field.text} puts ${JSON.stringify(value)} into text, and kro takes only strings there: use string(...)`,
      );
    }
  }
  if (later.length === 0) return values.join("");
  // What is known of the text is written out, so that a change of it is one.
  const text = values.map((value) => (value instanceof KnownAfterApply ? value.expression : value)).join("");
  return new KnownAfterApply(
    text,
    [...new Set(later.flatMap(({ nodes }) => nodes))],
    later.map(({ inputs }) => inputs).join(),
  );
}

const nodesOf = (field: TemplateField): string[] => [...new Set(field.expressions.flatMap(({ nodes }) => nodes))];
