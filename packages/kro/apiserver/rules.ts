import type { Environment, ParseResult } from "@marcbachmann/cel-js";
import { createEnvironment } from "../cel/environment.ts";
import { CelTypes } from "../cel/types.ts";
import { NeedsCluster, NeedsSecret, toCel } from "../cel/unstructured.ts";
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
  for (const name of ["self", "oldSelf"]) types.declare(name, schema);
  // The API server's named formats, which kro doesn't have.
  types.declare("format", undefined);
  const { type, error } = typed.check(rule);
  if (error && !isMissing(error)) throw error;
  if (type && type !== "bool" && type !== "dyn") throw new Error(`must be bool, and is ${type}`);
}

/** CEL that the API server may have, and previews don't. */
const isMissing = (error: unknown): boolean =>
  error instanceof UnsupportedError || (error as { code?: string }).code === "no_matching_overload";

/**
 * The rules that a value breaks: those that aren't true, and, as for the API server, those that fail. Rules that need
 * a secret, a value that isn't known yet, the object as it was before, or CEL that previews don't have, pass.
 */
export function brokenRules(value: Value, schema: JsonSchema): string[] {
  return (schema.validations ?? []).filter((rule) => !/\boldSelf\b/.test(rule) && !holds(rule, value, schema));
}

function holds(rule: string, value: Value, schema: JsonSchema): boolean {
  try {
    return parse(rule)({ self: toCel(value, schema) }) === true;
  } catch (error) {
    return error instanceof NeedsCluster || error instanceof NeedsSecret || isMissing(error);
  }
}
