import assert from "node:assert/strict";

/** One bad input, and what is said of it. */
export interface Case {
  /** For the page. */
  readonly title: string;
  /** Must match what is said, which is to name the key, and the remedy. */
  readonly says: RegExp;
}

/** What was refused, in the words that the user reads: a line, and further ones that are commands to type. */
export interface Refused {
  readonly title: string;
  readonly text: string;
}

/** What no user is to see. */
const INNARDS = /\n\s+at |\bundefined\b(?! is| in)|\[object |\bTypeError\b|node:internal|Running program '/;

/** Holds an error against what every one of them must be: one line with the key and the remedy, and no stack. */
export function assertOneLine(text: string, { title, says }: Case): Refused {
  // What may follow is a command to type.
  const [, problem = "", hint] = /^([\s\S]*?)(\n+`carts [^`\n]*`[^\n]*)?\n*$/.exec(text)!;
  const lines = problem.split("\n");
  assert.equal(lines.length, 1, `${title}: more than one line:\n${text}`);
  assert.match(text, says, `${title}: ${text}`);
  assert.doesNotMatch(text, INNARDS, `${title}: ${text}`);
  assert.ok(text.length < 1000, `${title}: ${text.length} characters`);
  return { title, text: lines[0]! + (hint ? hint.replace(/\n+/g, " ") : "") };
}
