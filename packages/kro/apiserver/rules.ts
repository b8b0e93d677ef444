import type { Environment, ParseResult } from "@marcbachmann/cel-js";
import { createEnvironment } from "../cel/environment.ts";
import { CelTypes } from "../cel/types.ts";
import { NeedsCluster, NeedsSecret, toCel, type Variables } from "../cel/unstructured.ts";
import { UnsupportedError } from "../cel/unsupported.ts";
import type { JsonSchema } from "../graph/schema/jsonSchema.ts";
import type { Value } from "../value.ts";

let environment: Environment | undefined;
const parsed = new Map<string, ParseResult>();

function parse(rule: string): ParseResult {
  environment ??= createEnvironment().clone({ unlistedVariablesAreDyn: true });
  let result = parsed.get(rule);
  if (!result) {
    result = environment.parse(rule);
    parsed.set(rule, result);
  }
  return result;
}

/**
 * Checks a rule of a schema's `validation` marker: CEL over `self` and `oldSelf`, both values of the schema.
 *
 * @throws Error saying why the API server would refuse the rule.
 */
export function checkRule(rule: string, schema: JsonSchema): void {
  const typed = createEnvironment();
  const types = new CelTypes(typed);
  for (const name of ["self", "oldSelf"]) types.declare(name, closed(schema));
  // The API server's named formats, which kro doesn't have.
  types.declare("format", undefined);
  const { type, error } = typed.check(rule);
  if (error && (!isMissing(error) || isKnownFunction(error))) throw error;
  if (type && type !== "bool" && type !== "dyn") throw new Error(`must be bool, and is ${type}`);
}

/** A function of every CEL, for values that it doesn't take. */
const isKnownFunction = (error: unknown): boolean =>
  /no matching overload for '(size|startsWith|endsWith|contains|matches)' applied/.test((error as Error).message);

/** To a rule, an object that takes any fields has none. */
function closed(schema: JsonSchema): JsonSchema {
  const { items, additionalProperties, properties, "x-kubernetes-preserve-unknown-fields": open, ...others } = schema;
  const isOpen = open === true && schema.type === "object" && !additionalProperties;
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, closed(field)]);
  return {
    ...others,
    ...(items && { items: closed(items) }),
    ...(additionalProperties && { additionalProperties: closed(additionalProperties) }),
    ...((properties || isOpen) && { properties: Object.fromEntries(fields) }),
  };
}

/** CEL that the API server may have, and previews don't. */
const isMissing = (error: unknown): boolean =>
  error instanceof UnsupportedError || (error as { code?: string }).code === "no_matching_overload";

/**
 * The rules that a value breaks: those that aren't true, and, as for the API server, those that fail. Rules that need
 * a secret, a value that isn't known yet, the object as it was before, or CEL that previews don't have, pass.
 */
export const brokenRules = (value: Value, schema: JsonSchema): string[] =>
  (schema.validations ?? []).filter((rule) => !isTransition(rule) && !holds(rule, { self: toCel(value, schema) }));

/** The rules about an update that one of a value breaks. */
export const brokenTransitions = (before: Value, after: Value, schema: JsonSchema): string[] =>
  (schema.validations ?? []).filter(
    (rule) => isTransition(rule) && !holds(rule, { self: toCel(after, schema), oldSelf: toCel(before, schema) }),
  );

const isTransition = (rule: string): boolean => /\boldSelf\b/.test(rule);

function holds(rule: string, variables: Variables): boolean {
  try {
    return parse(rule)(variables) === true;
  } catch (error) {
    return error instanceof NeedsCluster || error instanceof NeedsSecret || isMissing(error) || isUntyped(error);
  }
}

/** The API server has types for texts of some formats, such as times. */
const isUntyped = (error: unknown): boolean => error instanceof Error && /no such overload/.test(error.message);
