import type { Environment, ParseResult } from "@marcbachmann/cel-js";
import { createEnvironment } from "../cel/environment.ts";
import { UnsupportedError } from "../cel/unsupported.ts";
import { closed, NeedsCluster, NeedsSecret } from "../celValues.ts";
import type { Value } from "../objects.ts";
import type { JsonSchema } from "./jsonSchema.ts";

let environment: Environment | undefined;
const parsed = new Map<string, ParseResult>();

/**
 * A rule of a schema's `validation` marker, CEL over `self`.
 *
 * @throws the CEL library's ParseError.
 */
export function parseRule(rule: string): ParseResult {
  environment ??= createEnvironment().clone({ unlistedVariablesAreDyn: true });
  let result = parsed.get(rule);
  if (!result) {
    result = environment.parse(rule);
    parsed.set(rule, result);
  }
  return result;
}

/**
 * The rules that a value breaks: those that aren't true, and, as for the API server, those that fail. Rules that need
 * a secret, a value that isn't known yet, the object as it was before, or CEL that previews don't have, pass.
 */
export function brokenRules(value: Value, schema: JsonSchema): string[] {
  return (schema.validations ?? []).filter((rule) => !/\boldSelf\b/.test(rule) && !holds(rule, value, schema));
}

function holds(rule: string, value: Value, schema: JsonSchema): boolean {
  try {
    return parseRule(rule)({ self: closed(value, schema) }) === true;
  } catch (error) {
    return error instanceof NeedsCluster || error instanceof NeedsSecret || error instanceof UnsupportedError;
  }
}
