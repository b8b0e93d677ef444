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
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

/** Letters that RE2 takes behind a backslash, and JavaScript in the same meaning; \p and \P with braces. */
const SAME = /[bBdDsSwWfnrtvxpP0]/;
const OTHER: Readonly<Record<string, string>> = { A: "^", z: "$", a: "\\x07" };

/** RE2's limit of a repetition. */
const MAX_REPEAT = 1000;

const compiled = new Map<string, RegExp>();

/**
 * A pattern of a schema, which is in Go's RE2 syntax, for JavaScript. One with flags in its middle, `a(?i)b`, is not
 * translated, and matches everything.
 *
 * @throws SyntaxError for one that is wrong, or that RE2 can't do: looking ahead or back, and back references.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function toRegExp(pattern: string): RegExp {
  let regExp = compiled.get(pattern);
  if (!regExp) {
    regExp = translate(pattern);
    compiled.set(pattern, regExp);
  }
  return regExp;
}

function translate(pattern: string): RegExp {
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern)!;
  const bare = rest.replace(/\\[\s\S]/g, "");
  const refused = /\(\?<?[=!]/.exec(bare)?.[0];
  if (refused) throw new SyntaxError(`${refused} is not supported`);
  if (/\(\?[imsU-]+[:)]/.test(bare)) return /(?:)/;
  for (const [repeat, from, to] of bare.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    if (Number(from) > MAX_REPEAT || Number(to) > MAX_REPEAT) throw new SyntaxError(`${repeat} repeats too often`);
  }
  const source = rest
    .replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole)
    .replaceAll("(?P<", "(?<")
    .replace(/\\Q([\s\S]*?)(?:\\E|$)/g, (_, text: string) => text.replace(/[^\w\s]/g, "\\$&"))
    .replace(/\\([pP])([A-Z])/g, "\\$1{$2}")
    .replace(/\\([pP])\{([A-Z]\w{2,})\}/g, "\\$1{Script=$2}")
    .replace(/\\([\s\S])/g, escaped);
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    // A bracket that opens or closes nothing stands for itself in RE2, as it does in JavaScript without the flag.
    return new RegExp(source, flags);
  }
}

function escaped(whole: string, char: string): string {
  if (char in OTHER) return OTHER[char]!;
  if (SAME.test(char)) return whole;
  if (/[\dA-Za-z]/.test(char)) throw new SyntaxError(`${whole} is not supported`);
  return char <= "\x7F" ? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}` : char;
}
