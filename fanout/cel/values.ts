import { EvaluationError, Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import type { Value } from "../objects.ts";
import { formatDuration } from "./numbers.ts";

/** A failure of an evaluation, in the words of kro's CEL. */
export function fail(message: string): never {
  throw new EvaluationError({ code: "evaluation_error", message });
}

/** The name of a value's type, as CEL's errors have it. */
export function typeName(value: unknown): string {
  if (value === null) return "null_type";
  if (Array.isArray(value)) return "list";
  if (value instanceof UnsignedInt) return "uint";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Date) return "google.protobuf.Timestamp";
  if (value instanceof Duration) return "google.protobuf.Duration";
  if (value instanceof Optional) return "optional_type";
  const names: Record<string, string> = { bigint: "int", number: "double", boolean: "bool", string: "string" };
  return names[typeof value] ?? "map";
}

/** The keys and values of a CEL map, whichever of the two forms it has. */
export function entriesOf(map: unknown): [unknown, unknown][] {
  return map instanceof Map ? [...map] : Object.entries(map as object);
}

/** Strings in the order of their code points, as Go has it; JavaScript's own order is that of UTF-16. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  // Surrogates stand for code points above all others, but are in the middle of UTF-16's order.
  const order = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
  return order(a.charCodeAt(at)) - order(b.charCodeAt(at));
}

/** The order of two values of one type: negative, 0 or positive; undefined for values that have no order. */
export function compare(a: unknown, b: unknown): number | undefined {
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  const left = numberOf(a);
  const right = numberOf(b);
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  if (typeName(a) !== typeName(b)) return undefined;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof Duration && b instanceof Duration) return compare(nanoseconds(a), nanoseconds(b));
  if (a instanceof Date || typeof a === "boolean") return Math.sign(Number(a) - Number(b));
  return undefined;
}

/** Whether two values are equal in CEL: numbers by value whatever their type, lists and maps by their content. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => equal(item, b[at]));
  if (a instanceof Optional && b instanceof Optional) {
    return a.hasValue() === b.hasValue() && (!a.hasValue() || equal(a.value(), b.value()));
  }
  if (typeName(a) === "map" && typeName(b) === "map") {
    const left = entriesOf(a);
    const right = new Map(entriesOf(b));
    return left.length === right.size && left.every(([key, value]) => right.has(key) && equal(value, right.get(key)));
  }
  return compare(a, b) === 0;
}

function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === "bigint" || typeof value === "number") return value;
  return value instanceof UnsignedInt ? value.valueOf() : undefined;
}

/** @throws EvaluationError for what doesn't fit into 64 bits */
export function inInt64(value: bigint): bigint {
  return BigInt.asIntN(64, value) === value ? value : fail("integer overflow");
}

/** A duration in nanoseconds. */
export function nanoseconds(duration: Duration): bigint {
  return duration.seconds * 1_000_000_000n + BigInt(duration.nanos);
}

/**
 * A value of JSON as one of CEL: a number without a fraction is an int, as kro gets it from the API server.
 * `undefined` in an object is no field.
 */
export function fromJson(value: unknown): unknown {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(fromJson);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, fromJson(field)]));
}

/**
 * The value of an expression as kro writes it into an object: an empty optional is null, a duration and a time are
 * text. Values of other classes than CEL's are left as they are.
 *
 * @throws EvaluationError for bytes, types and maps with other keys than strings, which kro refuses
 */
export function toJson(value: unknown): Value {
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value()) : null;
  if (value instanceof Uint8Array) {
    fail("bytes value cannot be used directly in a resource template; encode it explicitly, e.g. base64.encode(...)");
  }
  if (value instanceof UnsignedInt) return toJson(value.valueOf());
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`;
  if (value instanceof Duration) return formatDuration(nanoseconds(value));
  if (typeof value === "bigint") {
    if (value > 9223372036854775807n) fail(`uint value ${value} overflows int64; convert it explicitly`);
    return Number(value);
  }
  if (typeof value === "number" && !Number.isFinite(value)) fail(`unsupported value: ${value}`);
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map || isPlain(value)) {
    return Object.fromEntries(entriesOf(value).map(([key, item]) => [stringKey(key), toJson(item)]));
  }
  if (String(value).startsWith("Type<")) fail("unsupported type: type");
  return value as Value;
}

function stringKey(key: unknown): string {
  return typeof key === "string" ? key : fail(`map key must be string, got ${typeName(key)}`);
}

function isPlain(value: unknown): value is object {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
