import { createEnvironment } from "../../cel/environment.ts";
import { Expression, firstLine } from "../../cel/expression.ts";
import { DefinitionError, type Report, reporting, throwFault } from "../../errors.ts";
import { isSpecial, type Value } from "../../value.ts";
import { fieldPath } from "../fieldpath.ts";
import type { ResourceField } from "../variable.ts";
import { extractExpressions, isStandaloneExpression } from "./cel.ts";

/** A template, or a part of one, whose expressions are parsed. */
export type ParsedTemplate =
  | { readonly literal: Value }
  | { readonly field: ResourceField }
  | { readonly items: readonly ParsedTemplate[] }
  | { readonly entries: readonly (readonly [string, ParsedTemplate])[] };

/** Whose texts are parsed, and what they may refer to. */
export interface ParseContext {
  /** Id of the node, or `schema`. */
  readonly node: string;
  /** `schema`, ids of nodes, iterators. */
  readonly allowed: ReadonlySet<string>;
  /** Default: throws. */
  readonly report?: Report;
}

/**
 * Parses the expressions of a template.
 *
 * @param path - of the template itself, for the paths of its fields; empty for a whole object.
 * @returns the template, and its fields that hold expressions.
 * @throws DefinitionError, unless there is someone to report it to.
 */
export function parseTemplate(
  template: unknown,
  context: ParseContext,
  path = "",
): { readonly parsed: ParsedTemplate; readonly variables: readonly ResourceField[] } {
  const variables: ResourceField[] = [];
  const parse = (value: unknown, at: string): ParsedTemplate => {
    if (typeof value === "string") {
      const field = reporting(context.report ?? throwFault, () => parseField(value, at, context));
      if (!field) return { literal: value };
      variables.push(field);
      return { field };
    }
    const literal = { literal: value as Value };
    if (value === null || typeof value !== "object" || isSpecial(value)) return literal;
    if (Array.isArray(value)) {
      const items = value.map((item, i) => parse(item, `${at}[${i}]`));
      return items.every(isLiteral) ? literal : { items };
    }
    const entries = Object.entries(value).map(([key, item]) => [key, parse(item, fieldPath(at, key))] as const);
    return entries.every(([, item]) => isLiteral(item)) ? literal : { entries };
  };
  return { parsed: parse(template, path), variables };
}

const isLiteral = (parsed: ParsedTemplate): boolean => "literal" in parsed;

/** Undefined for a text without expressions. */
function parseField(text: string, path: string, context: ParseContext): ResourceField | undefined {
  const extracted = located(context.node, path, text, () => extractExpressions(text));
  if (!extracted.some(({ kind }) => kind === "expression")) return undefined;
  const parts = extracted.map((part) =>
    part.kind === "text" ? part.text : parseExpression(`\${${part.expression}}`, path, context),
  );
  const expressions = parts.filter((part) => part instanceof Expression);
  return { path, text, parts, expressions, standalone: parts.length === 1 };
}

/**
 * Parses a condition or the list of a forEach: one expression and nothing else.
 *
 * @returns undefined for one that was reported.
 * @throws DefinitionError, unless there is someone to report it to.
 */
export function unwrapExpression(text: string, path: string, context: ParseContext): Expression | undefined {
  return reporting(context.report ?? throwFault, () => {
    if (!located(context.node, path, text, () => isStandaloneExpression(text))) {
      throw new DefinitionError(context.node, path, text, "must be one expression and nothing else");
    }
    return parseExpression(text, path, context);
  });
}

/** @param text - an expression, `${...}` included. */
function parseExpression(text: string, path: string, { node, allowed }: ParseContext): Expression {
  const expression = located(node, path, text, () => new Expression(text.slice(2, -1), environment));
  const others = expression.references.filter((name) => !allowed.has(name));
  if (others.includes(node)) throw new DefinitionError(node, path, text, "a node can't refer to itself here");
  if (others.includes("runtime")) {
    throw new DefinitionError(node, path, text, "runtime is only available in status.conditions expressions");
  }
  if (others.length > 0) {
    throw new DefinitionError(node, path, text, `refers to ${others.join(" and ")}, which is not in the graph`);
  }
  if (expression.functions.has("omit")) throw new DefinitionError(node, path, text, OMIT);
  return expression;
}

const OMIT = "omit() is there only with kro's feature gate CELOmitFunction, which is off unless it is turned on";

/** Says of an error where it is. */
function located<T>(node: string, path: string, text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new DefinitionError(node, path, text, firstLine(error));
  }
}

/** Variables are whatever an instance has: their types are checked once, by checkTypes. */
const environment = createEnvironment().clone({ unlistedVariablesAreDyn: true });
