/**
 * How kro 0.9 says that an expression fails while an instance is brought about, whose text its compiler has taken: a type that
 * can't be converted, a division by zero, a list where none may be. Such an error it tries again in vain.
 *
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/pkg/runtime/errors.go
 */
const FAILS =
  /\b(?:eval|convert) "|identity collision|did not return (?:bool|a list)\b|returned null, expected list|: resolve errors: /;

/** @param text - what kro says of an instance that it has failed at, and does not only wait for. */
export const failsToEvaluate = (text: string): boolean => FAILS.test(text);

/** Of an expression that kro waits for, as what it reads is not there: as Go quotes it. */
const MISSING =
  /eval "((?:[^"\\]|\\.)*)": (?:no such (?:key|field|attribute): \S+|index out of bounds: \d+) \(data pending\)/g;

/** An identifier that is no field of another, and no call. */
const FREE = /(?<![\w.]|\.\?)[A-Za-z_]\w*\b(?!\s*\()/g;
/** Those that read nothing. */
const WORDS: ReadonlySet<string> = new Set(["true", "false", "null", "in"]);

/**
 * What kro waits for in vain: an expression that reads nothing but the instance, which does not have it. Of one that reads
 * another object as well, that may come.
 *
 * @returns what it reads, such as `schema.spec.size`.
 */
export function neverResolves(text: string): string | undefined {
  for (const [, quoted] of text.matchAll(MISSING)) {
    const expression = withoutTexts(quoted!.replace(/\\(.)/g, "$1"));
    const roots = [...expression.matchAll(FREE)].map(([root]) => root).filter((root) => !WORDS.has(root));
    const [read] = /(?<![\w.])schema(?:\.\w+)+(?!\w*\()/.exec(expression) ?? [];
    if (read !== undefined && roots.every((root) => root === "schema")) return read;
  }
  return undefined;
}

/** Of a text with expressions in it, these alone; and of each, all but what is quoted in it. */
function withoutTexts(text: string): string {
  const parts = text.includes("${") ? [...text.matchAll(/\$\{(.*?)\}/g)].map(([, part]) => part) : [text];
  return parts.join(" ").replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
}
