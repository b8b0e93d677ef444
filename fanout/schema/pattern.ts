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

const compiled = new Map<string, RegExp>();

/**
 * A pattern of a schema, which is in Go's RE2 syntax, for JavaScript.
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
  const bare = pattern.replace(/\\[^1-9]/g, "");
  const unknown = /\(\?<?[=!]|\\[1-9]/.exec(bare)?.[0];
  if (unknown) throw new SyntaxError(`${unknown} is not supported`);
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern)!;
  const source = rest
    .replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole)
    .replaceAll("(?P<", "(?<")
    .replace(/\\([\s\S])/g, (whole, letter: string) => (letter === "A" ? "^" : letter === "z" ? "$" : whole));
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    // RE2 allows a backslash before any punctuation, as JavaScript does without the flag.
    return new RegExp(source, flags);
  }
}
