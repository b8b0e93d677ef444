import { fail } from "../values.ts";
import { format } from "./format.ts";
import { memberOverload, type Overload, overload } from "./functions.ts";
import { compileRegex, findAll } from "./regex.ts";

/** Functions on strings. Positions count code points, as in cel-go, not UTF-16 as in JavaScript. */
export const STRINGS: readonly Overload[] = [
  memberOverload("string.charAt(int): string", (text: string, at: bigint) => {
    const chars = [...text];
    if (at < 0n || at > chars.length) outOfRange(at);
    return chars[Number(at)] ?? "";
  }),
  memberOverload("string.indexOf(string): int", (text: string, part: string) => indexOf(text, part, 0n)),
  memberOverload("string.indexOf(string, int): int", indexOf),
  memberOverload("string.lastIndexOf(string): int", (text: string, part: string) => lastIndexOf(text, part)),
  memberOverload("string.lastIndexOf(string, int): int", lastIndexOf),
  memberOverload("string.lowerAscii(): string", (text: string) =>
    text.replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  ),
  memberOverload("string.upperAscii(): string", (text: string) =>
    text.replace(/[a-z]+/g, (part) => part.toUpperCase()),
  ),
  memberOverload("string.replace(string, string): string", (text: string, old: string, by: string) =>
    replace(text, old, by, -1n),
  ),
  memberOverload("string.replace(string, string, int): string", replace),
  memberOverload("string.split(string): list<string>", (text: string, separator: string) =>
    split(text, separator, -1n),
  ),
  memberOverload("string.split(string, int): list<string>", split),
  memberOverload("string.substring(int): string", (text: string, start: bigint) => {
    const chars = [...text];
    if (start < 0n || start > chars.length) outOfRange(start);
    return chars.slice(Number(start)).join("");
  }),
  memberOverload("string.substring(int, int): string", substring),
  // Go's white space: without U+FEFF, which JavaScript's trim() takes away, and with U+0085, which it doesn't.
  memberOverload("string.trim(): string", trim),
  memberOverload("string.reverse(): string", (text: string) => [...text].reverse().join("")),
  memberOverload("list<string>.join(): string", (list: unknown[]) => join(list, "")),
  memberOverload("list<string>.join(string): string", join),
  memberOverload("string.format(list<dyn>): string", format),
  overload("strings.quote(string): string", quote),
  overload("matches(string, string): bool", matches),
  memberOverload("string.matches(string): bool", matches),
  memberOverload(
    "string.find(string): string",
    (text: string, pattern: string) => compileRegex(pattern).exec(text)?.[0] ?? "",
  ),
  memberOverload("string.findAll(string): list<string>", (text: string, pattern: string) =>
    findAll(text, pattern, -1n),
  ),
  memberOverload("string.findAll(string, int): list<string>", findAll),
];

function outOfRange(at: bigint): never {
  fail(`index out of range: ${at}`);
}

function indexOf(text: string, part: string, from: bigint): bigint {
  if (from < 0n) outOfRange(from);
  const chars = [...text];
  if (part === "") return from > chars.length ? BigInt(chars.length) : from;
  if (from >= chars.length) return -1n;
  const start = chars.slice(0, Number(from)).join("").length;
  const found = text.indexOf(part, start);
  return found < 0 ? -1n : BigInt([...text.slice(0, found)].length);
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  if (from !== undefined && from < 0n) outOfRange(from);
  const chars = [...text];
  if (part === "") return from === undefined || from > chars.length ? BigInt(chars.length) : from;
  if (from !== undefined && from >= chars.length) return -1n;
  const last = from === undefined ? text.length : chars.slice(0, Number(from)).join("").length;
  const found = text.lastIndexOf(part, last);
  return found < 0 ? -1n : BigInt([...text.slice(0, found)].length);
}

function replace(text: string, old: string, by: string, limit: bigint): string {
  const parts = old === "" ? ["", ...text, ""] : text.split(old);
  const gaps = parts.length - 1;
  const times = limit < 0n || limit > gaps ? gaps : Number(limit);
  return [parts.slice(0, times + 1).join(by), ...parts.slice(times + 1)].join(old);
}

function split(text: string, separator: string, limit: bigint): string[] {
  if (limit === 0n) return [];
  const parts = separator === "" ? [...text] : text.split(separator);
  if (limit < 0n || parts.length <= limit) return parts;
  return [...parts.slice(0, Number(limit) - 1), parts.slice(Number(limit) - 1).join(separator)];
}

function substring(text: string, start: bigint, end: bigint): string {
  const chars = [...text];
  if (start > end) fail(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > chars.length) outOfRange(start);
  if (end < 0n || end > chars.length) outOfRange(end);
  return chars.slice(Number(start), Number(end)).join("");
}

function trim(text: string): string {
  return text.replace(/^(?:(?!\ufeff)[\s\u0085])+|(?:(?!\ufeff)[\s\u0085])+$/g, "");
}

function join(list: unknown[], separator = ""): string {
  for (const item of list) if (typeof item !== "string") fail(`join: invalid input: ${item}`);
  return list.join(separator);
}

function matches(text: string, pattern: string): boolean {
  return compileRegex(pattern).test(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

function quote(text: string): string {
  return `"${[...text].map((char) => ESCAPES[char] ?? char).join("")}"`;
}
