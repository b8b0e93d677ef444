import { Environment } from "@marcbachmann/cel-js";
import { type Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { unsupported } from "../unsupported.ts";
import { fail, inInt64, nanoseconds } from "../values.ts";
import { type Overload, overload } from "./functions.ts";
import { formatDecimal, formatDouble } from "./numbers.ts";

const TIMESTAMP = "google.protobuf.Timestamp";
const DURATION = "google.protobuf.Duration";

const parsedDuration = new Environment().registerVariable("text", "string").parse("duration(text)");

/** Conversions of one type to another, as Go's strconv does them. */
export const CONVERSIONS: readonly Overload[] = [
  overload(`duration(${DURATION}): ${DURATION}`, (duration: Duration) => duration),
  overload(`duration(string): ${DURATION}`, (text: string) => parsedDuration({ text }) as Duration),
  overload("string(string): string", (text: string) => text),
  overload("string(bool): string", String),
  overload("string(int): string", String),
  overload("string(uint): string", String),
  overload("string(double): string", formatDouble),
  overload("string(bytes): string", decode),
  overload(`string(${TIMESTAMP}): string`, (time: Date) => time.toISOString().replace(/\.?0*Z$/, "Z")),
  overload(`string(${DURATION}): string`, (duration: Duration) => {
    return `${formatDecimal(Number(nanoseconds(duration)) / 1e9)}s`;
  }),
  overload("int(int): int", (value: bigint) => value),
  overload("int(uint): int", (value: UnsignedInt) => inInt64(value.valueOf())),
  overload("int(double): int", (value: number) => {
    if (!(Math.abs(value) < 2 ** 63)) fail("integer overflow");
    return BigInt(Math.trunc(value));
  }),
  overload("int(string): int", (text: string) => {
    if (!/^[+-]?\d+$/.test(text)) conversionFails("int");
    const value = BigInt(text.replace("+", ""));
    return BigInt.asIntN(64, value) === value ? value : conversionFails("int");
  }),
  overload(`int(${TIMESTAMP}): int`, (time: Date) => BigInt(Math.floor(time.getTime() / 1000))),
  overload(`int(${DURATION}): int`, nanoseconds),
  overload("uint(uint): uint", (value: UnsignedInt) => value),
  overload("uint(int): uint", unsigned),
  overload("uint(double): uint", (value: number) => {
    if (!(value >= 0 && value < 2 ** 64)) fail("unsigned integer overflow");
    return unsigned(BigInt(Math.trunc(value)));
  }),
  overload("uint(string): uint", (text: string) => {
    const fits = /^\d+$/.test(text) && BigInt.asUintN(64, BigInt(text)) === BigInt(text);
    return fits ? unsigned(BigInt(text)) : conversionFails("uint");
  }),
  overload("double(double): double", (value: number) => value),
  overload("double(int): double", Number),
  overload("double(uint): double", (value: UnsignedInt) => Number(value.valueOf())),
  overload("double(string): double", parseDouble),
  overload("bool(bool): bool", (value: boolean) => value),
  overload("bool(string): bool", (text: string) => {
    if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
    return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : conversionFails("bool");
  }),
  overload(`timestamp(${TIMESTAMP}): ${TIMESTAMP}`, (time: Date) => time),
  overload(`timestamp(string): ${TIMESTAMP}`, parseTimestamp),
  overload(`timestamp(int): ${TIMESTAMP}`, (seconds: bigint) => inRange(new Date(Number(seconds) * 1000))),
];

function conversionFails(type: string): never {
  fail(`type conversion error from 'string' to '${type}'`);
}

function unsigned(value: bigint): UnsignedInt {
  return value < 0n ? fail("unsigned integer overflow") : new UnsignedInt(value);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("invalid UTF-8 in bytes, cannot convert to string");
  }
}

function parseDouble(text: string): number {
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  if (/^[+-]?0x/i.test(text) || /^[+-]?\d[\d_.]*_/.test(text)) {
    throw unsupported(`double(${JSON.stringify(text)})`);
  }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) conversionFails("double");
  const value = Number(text);
  return Number.isFinite(value) ? value : conversionFails("double");
}

function parseTimestamp(text: string): Date {
  const [, fraction = "", zone] =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ??
    fail(`invalid RFC 3339 timestamp "${text}"`);
  // JavaScript's dates have neither.
  if (zone !== "Z") throw unsupported("a timestamp() with a time zone");
  if (fraction.length > 4) throw unsupported("a timestamp() with more than milliseconds");
  const time = inRange(new Date(text));
  // A day that the month doesn't have is the next month's in JavaScript.
  if (time.toISOString().slice(0, 19) !== text.slice(0, 19)) fail(`invalid RFC 3339 timestamp "${text}"`);
  return time;
}

function inRange(time: Date): Date {
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time : fail("timestamp overflow");
}
