import { createRequire } from "node:module";

/** Characters that a terminal obeys, that end a line, that turn the direction of reading, or that nobody sees: none belongs in a report. */
const UNPRINTABLE = /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** `text` on one line, with what can't be printed written as JSON writes it (`\n`, `\u001b`). */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r?\n/g, "\\n")
    .replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

const load = createRequire(import.meta.url);
const ASCII = /^[ -~]*$/;

/** Columns of a terminal that `text`, which is {@link printable}, takes: two for an emoji or most of East Asia's characters. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  // What text seldom needs is loaded when one does.
  return (load("string-width") as typeof import("string-width")).default(text);
}

/** At most `length` columns of `text`, from column `start` on; `…` stands for what was cut. No character is halved. */
export function cut(text: string, length: number, start = 0): string {
  const whole = textWidth(text);
  if (whole <= length) return text;
  const from = Math.min(start, whole - length);
  const end = from + length;
  const slice = (load("slice-ansi") as typeof import("slice-ansi")).default;
  return `${from > 0 ? "…" : ""}${slice(text, from, end)}${end < whole ? "…" : ""}`;
}

/** `text` with as many spaces behind it as a column of that width has left. */
export const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - textWidth(text)));

/** `1 danger`, `2 dangers`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** `a, b, c and 7 more`. */
export function list(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(", ");
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
