import { unsupported } from "../unsupported.ts";
import { fail } from "../values.ts";

const compiled = new Map<string, RegExp>();

/**
 * A pattern of Go's regexp (RE2) as the RegExp that matches the same.
 *
 * @throws EvaluationError for a pattern that Go refuses
 * @throws UnsupportedError for one that JavaScript has no equal for
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function compileRegex(pattern: string): RegExp {
  let regex = compiled.get(pattern);
  if (!regex) {
    regex = translate(pattern);
    compiled.set(pattern, regex);
  }
  return regex;
}

const SPACE = "\\t\\n\\f\\r ";
const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7F",
  blank: "\\t ",
  cntrl: "\\x00-\\x1F\\x7F",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\t-\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

function translate(pattern: string): RegExp {
  // Flags are understood where they are for the whole pattern.
  const flags = /^\(\?([ims]+)\)/.exec(pattern)?.[1] ?? "";
  const source = pattern.slice(flags ? flags.length + 3 : 0);
  let result = "";
  for (let at = 0; at < source.length; ) {
    const [piece, length] = translateAt(source, at, flags, pattern);
    result += piece;
    at += length;
  }
  try {
    return new RegExp(result, `u${flags.includes("i") ? "i" : ""}${flags.includes("m") ? "m" : ""}`);
  } catch {
    return fail(`error parsing regexp: ${pattern}`);
  }
}

/** What stands for the piece at a position, and the piece's length. */
function translateAt(source: string, at: number, flags: string, pattern: string): [string, number] {
  const char = source[at] as string;
  if (char === "\\") return escapeAt(source, at, false, pattern);
  if (char === "[") return characterClass(source, at, pattern);
  if (char === ".") return [flags.includes("s") ? "[^]" : "[^\\n]", 1];
  if (char === "(" && source[at + 1] === "?") return group(source, at, pattern);
  if (/[$^]/.test(char) && flags.includes("m")) {
    // JavaScript has more line ends than Go.
    return [char === "^" ? "(?<![^\\n])" : "(?![^\\n])", 1];
  }
  if (char === "{") {
    const repetition = /^\{(\d+)(?:,(\d*))?\}/.exec(source.slice(at));
    if (!repetition) return ["\\{", 1];
    if (Number(repetition[1]) > 1000 || Number(repetition[2] ?? 0) > 1000) fail(`invalid repeat count: ${pattern}`);
    return [repetition[0], repetition[0].length];
  }
  if (char === "}" || char === "]") return [`\\${char}`, 1];
  const astral = String.fromCodePoint(source.codePointAt(at) as number);
  return [astral, astral.length];
}

function group(source: string, at: number, pattern: string): [string, number] {
  const rest = source.slice(at);
  if (rest.startsWith("(?:")) return ["(?:", 3];
  const name = /^\(\?P?<(\w+)>/.exec(rest);
  if (name) return ["(", name[0].length];
  if (/^\(\?[imsU-]+[:)]/.test(rest)) {
    throw unsupported(`a flag within the pattern ${JSON.stringify(pattern)} of a regular expression`);
  }
  return fail(`error parsing regexp: invalid or unsupported Perl syntax: ${pattern}`);
}

function escapeAt(source: string, at: number, inClass: boolean, pattern: string): [string, number] {
  const char = source[at + 1];
  const invalid = () => fail(`error parsing regexp: invalid escape sequence: ${pattern}`);
  if (char === undefined) return fail(`error parsing regexp: trailing backslash at end of expression: ${pattern}`);
  if (/[dDwWtnrfv]/.test(char)) return [`\\${char}`, 2];
  if (char === "a") return ["\\x07", 2];
  if (char === "s") return [inClass ? SPACE : `[${SPACE}]`, 2];
  if (char === "S" && !inClass) return [`[^${SPACE}]`, 2];
  if (/[bB]/.test(char) && !inClass) return [`\\${char}`, 2];
  if (char === "A" && !inClass) return ["(?<![^])", 2];
  if (char === "z" && !inClass) return ["(?![^])", 2];
  const hex = /^\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/.exec(source.slice(at));
  if (hex) return [`\\u{${hex[1] ?? hex[2]}}`, hex[0].length];
  if (/[!-/:-@[-`{-~]/.test(char)) return [/[$()*+./?[\\\]^{|}-]/.test(char) ? literal(char) : char, 2];
  const property = /^\\[pP](?:([A-Z])|\{(\w+)\})/.exec(source.slice(at));
  if (property) {
    const name = (property[1] ?? property[2]) as string;
    return [`\\${char}{${name.length > 2 ? "Script=" : ""}${name}}`, property[0].length];
  }
  if (/[QCS0]/.test(char)) {
    throw unsupported(`\\${char} in the pattern ${JSON.stringify(pattern)} of a regular expression`);
  }
  return invalid();
}

function literal(char: string): string {
  return char === "-" ? "\\x2D" : `\\${char}`;
}

function characterClass(source: string, at: number, pattern: string): [string, number] {
  let end = at + 1;
  let result = "[";
  if (source[end] === "^") {
    result += "^";
    end++;
  }
  for (let first = true; first || source[end] !== "]"; first = false) {
    const char = source[end];
    if (char === undefined) return fail(`error parsing regexp: missing closing ]: ${pattern}`);
    const posix = /^\[:(\^?)(\w+):\]/.exec(source.slice(end));
    if (posix) {
      const members = POSIX[posix[2] as string];
      if (!members) return fail(`error parsing regexp: invalid character class range: ${pattern}`);
      if (posix[1]) throw unsupported(`${posix[0]} in a regular expression`);
      result += members;
      end += posix[0].length;
    } else if (char === "\\") {
      const [piece, length] = escapeAt(source, end, true, pattern);
      result += piece;
      end += length;
    } else if (char === "-") {
      // One that is first or last is no range.
      result += first || source[end + 1] === "]" ? "\\x2D" : "-";
      end++;
    } else {
      const astral = String.fromCodePoint(source.codePointAt(end) as number);
      result += /[[\]^]/.test(astral) ? `\\${astral}` : astral;
      end += astral.length;
    }
  }
  return [`${result}]`, end + 1 - at];
}
