import { createRequire } from "node:module";
import type { RE2JS } from "re2js";
import { fail } from "../values.ts";

const load = createRequire(import.meta.url);
const compiled = new Map<string, RE2JS>();

/**
 * A pattern of Go's regexp (RE2), which CEL and the API server match with: in time that grows with the text, where a
 * RegExp of JavaScript may take for ever.
 *
 * @throws EvaluationError for a pattern that Go refuses
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function compileRegex(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  // Few RGDs have a pattern: what it takes is loaded when one does.
  const regex = compile((load("re2js") as typeof import("re2js")).RE2JS, pattern);
  compiled.set(pattern, regex);
  return regex;
}

function compile(engine: typeof RE2JS, pattern: string): RE2JS {
  try {
    return engine.compile(pattern);
  } catch (error) {
    return fail((error as Error).message);
  }
}

/** What a pattern finds in a text, one behind the other. */
export function findAll(text: string, pattern: string, limit: bigint): string[] {
  const found: string[] = [];
  const matcher = compileRegex(pattern).matcher(text);
  let end = -1;
  while (BigInt(found.length) !== limit && matcher.find()) {
    const match = matcher.group() ?? "";
    // Go has no empty match right behind another one.
    if (match === "" && matcher.start() === end) continue;
    end = matcher.end();
    found.push(match);
  }
  return found;
}
