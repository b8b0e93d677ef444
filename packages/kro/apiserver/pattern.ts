import { compileRegex } from "../cel/library/regex.ts";
import { UnsupportedError } from "../cel/unsupported.ts";

/**
 * A pattern of a schema, which is in Go's RE2 syntax, for JavaScript.
 *
 * @returns undefined for one that is right, but that JavaScript can't do: nothing is known of what it matches.
 * @throws Error for one that is wrong in RE2.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function toRegExp(pattern: string): RegExp | undefined {
  try {
    return compileRegex(pattern);
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}
