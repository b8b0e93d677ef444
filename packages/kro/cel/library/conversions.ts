import { type Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { UnsupportedError } from "../unsupported.ts";
import { fail, inInt64, nanoseconds } from "../values.ts";
import { type CelFunction, plain } from "./functions.ts";
import { formatDecimal, formatDouble } from "./numbers.ts";

const TIMESTAMP = "google.protobuf.Timestamp";
const DURATION = "google.protobuf.Duration";

/** Conversions of one type to another, as Go's strconv does them. */
export const CONVERSIONS: readonly CelFunction[] = [
  plain("string(string): string", (text: string) => text),
  plain("string(bool): string", String),
  plain("string(int): string", String),
  plain("string(uint): string", String),
  plain("string(double): string", formatDouble),
  plain("string(bytes): string", decode),
  plain(`string(${TIMESTAMP}): string`, (time: Date) => time.toISOString().replace(/\.?0*Z$/, "Z")),
  plain(`string(${DURATION}): string`, (duration: Duration) => {
    return `${formatDecimal(Number(nanoseconds(duration)) / 1e9)}s`;
  }),
  plain("int(int): int", (value: bigint) => value),
  plain("int(uint): int", (value: UnsignedInt) => inInt64(value.valueOf())),
  plain("int(double): int", (value: number) => {
    if (!(Math.abs(value) < 2 ** 63)) fail("integer overflow");
    return BigInt(Math.trunc(value));
  }),
  plain("int(string): int", (text: string) => {
    if (!/^[+-]?\d+$/.test(text)) conversionFails("int");
    const value = BigInt(text.replace("+", ""));
    return BigInt.asIntN(64, value) === value ? value : conversionFails("int");
  }),
  plain(`int(${TIMESTAMP}): int`, (time: Date) => BigInt(Math.floor(time.getTime() / 1000))),
  plain(`int(${DURATION}): int`, nanoseconds),
  plain("uint(uint): uint", (value: UnsignedInt) => value),
  plain("uint(int): uint", unsigned),
  plain("uint(double): uint", (value: number) => {
    if (!(value >= 0 && value < 2 ** 64)) fail("unsigned integer overflow");
    return unsigned(BigInt(Math.trunc(value)));
  }),
  plain("uint(string): uint", (text: string) => {
    const fits = /^\d+$/.test(text) && BigInt.asUintN(64, BigInt(text)) === BigInt(text);
    return fits ? unsigned(BigInt(text)) : conversionFails("uint");
  }),
  plain("double(double): double", (value: number) => value),
  plain("double(int): double", Number),
  plain("double(uint): double", (value: UnsignedInt) => Number(value.valueOf())),
  plain("double(string): double", parseDouble),
  plain("bool(bool): bool", (value: boolean) => value),
  plain("bool(string): bool", (text: string) => {
    if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
    return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : conversionFails("bool");
  }),
  plain(`timestamp(${TIMESTAMP}): ${TIMESTAMP}`, (time: Date) => time),
  plain(`timestamp(string): ${TIMESTAMP}`, parseTimestamp),
  plain(`timestamp(int): ${TIMESTAMP}`, (seconds: bigint) => inRange(new Date(Number(seconds) * 1000))),
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
    throw new UnsupportedError(`double(${JSON.stringify(text)})`);
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
  if (zone !== "Z") throw new UnsupportedError("a timestamp() with a time zone");
  if (fraction.length > 4) throw new UnsupportedError("a timestamp() with more than milliseconds");
  const time = inRange(new Date(text));
  // A day that the month doesn't have is the next month's in JavaScript.
  if (time.toISOString().slice(0, 19) !== text.slice(0, 19)) fail(`invalid RFC 3339 timestamp "${text}"`);
  return time;
}

function inRange(time: Date): Date {
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time : fail("timestamp overflow");
}
