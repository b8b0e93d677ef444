import { Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import type { Type } from "../check/type.ts";
import { CelObject, compareStrings, entriesOf, fail, nanoseconds, typeName } from "../values.ts";
import { formatDecimal, formatFixed, formatScientific } from "./numbers.ts";

/** The most digits behind the point that cel-go allows. */
const MAX_PRECISION = 100;

const CLAUSES = /%(?:%|(?:\.(\d*))?([^%]?))/gu;

/** The verbs of a format, such as `s`: one for each value that it asks for. */
function verbsOf(text: string): string[] {
  return [...text.matchAll(CLAUSES)].flatMap(([clause, , verb = ""]) => (clause === "%%" ? [] : [verb]));
}

const NUMBERS = ["int", "uint", "double"];
const WHOLE = ["int", "uint"];

/** What a verb takes, by the names of CEL's types. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  s: [...NUMBERS, "list", "map", "bool", "string", "bytes", "type", "null", "timestamp", "duration"],
  ...{ d: NUMBERS, f: NUMBERS, e: NUMBERS, b: ["bool", ...WHOLE], o: WHOLE },
  ...{ x: [...WHOLE, "string", "bytes"], X: [...WHOLE, "string", "bytes"] },
};

/** What is wrong with a format for values of these types, and at which of them; undefined where nothing is. */
export function formatProblem(text: string, types: readonly Type[]): { problem: string; at: number } | undefined {
  const verbs = verbsOf(text);
  for (const [at, verb] of verbs.entries()) {
    const type = types[at];
    const taken = TAKEN[verb];
    if (!type) return { problem: `index ${at} out of range`, at };
    if (!taken) return { problem: `unrecognized formatting clause "${verb}"`, at };
    if (["dyn", "param", ...taken].some((known) => known === type.kind || known === type.text)) continue;
    return { problem: `%${verb} of a format was given ${type.text}`, at };
  }
  const problem = `too many arguments supplied to string.format (expected ${verbs.length}, got ${types.length})`;
  return types.length > verbs.length ? { problem, at: verbs.length } : undefined;
}

/** `"%s has %d".format(["a", 1])`. */
export function format(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(CLAUSES, (clause, precision: string | undefined, verb: string) => {
    if (clause === "%%") return "%";
    if (verb === "" || verb === undefined) fail("unexpected end of string");
    if (next >= values.length) fail(`index ${next} out of range`);
    return formatOne(verb, precision, values[next++]);
  });
}

function formatOne(verb: string, precision: string | undefined, value: unknown): string {
  const digits = precision === undefined ? 6 : Number(precision);
  if (digits > MAX_PRECISION) fail(`precision ${digits} exceeds maximum allowed (${MAX_PRECISION})`);
  switch (verb) {
    case "s":
      return text(value);
    case "d":
      return typeof value === "number" ? formatDecimal(value) : String(integer(verb, value));
    case "f":
      return float(verb, value, (number) => formatFixed(number, digits));
    case "e":
      return float(verb, value, (number) => formatScientific(number, digits));
    case "b":
      return typeof value === "boolean" ? String(Number(value)) : integer(verb, value).toString(2);
    case "o":
      return integer(verb, value).toString(8);
    case "x":
      return hex(value);
    case "X":
      return hex(value).toUpperCase();
    default:
      return fail(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  if (typeof value === "number") return formatDecimal(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (value instanceof Date) return value.toISOString().replace(/\.?0*Z$/, "Z");
  if (value instanceof Duration) return `${formatDecimal(Number(nanoseconds(value)) / 1e9)}s`;
  if (value instanceof Optional || value instanceof CelObject) {
    return fail(`error during formatting: string clause was given ${typeName(value)}`);
  }
  if (typeName(value) !== "map") return String(value);
  const entries = entriesOf(value).map(([key, item]): [string, string] => [text(key), text(item)]);
  entries.sort(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([key, item]) => `${key}: ${item}`).join(", ")}}`;
}

function integer(verb: string, value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof UnsignedInt) return value.valueOf();
  return fail(`error during formatting: %${verb} was given ${typeName(value)}`);
}

function float(verb: string, value: unknown, write: (number: number) => string): string {
  const number = typeof value === "number" ? value : Number(integer(verb, value));
  return Number.isFinite(number) ? write(number) : formatDecimal(number);
}

function hex(value: unknown): string {
  if (typeof value === "string") return Buffer.from(value, "utf8").toString("hex");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return integer("x", value).toString(16);
}
