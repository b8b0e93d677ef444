import { EvaluationError, Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import type { Value } from "../value.ts";
import { formatDuration } from "./library/numbers.ts";

/** A failure of an evaluation, in the words of kro's CEL. */
export function fail(message: string): never {
  throw new EvaluationError({ code: "evaluation_error", message });
}

/** A value of a type that Kubernetes or kro adds to CEL. */
export abstract class CelObject {
  /** Name of its type, such as `kubernetes.Quantity`. */
  abstract readonly celType: string;

  /** Whether the value on the right of `==`, which isn't null, equals it; undefined where Go's code finds no overload. */
  abstract equals(other: unknown): boolean | undefined;
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  bigint: "int",
  boolean: "bool",
  number: "double",
  string: "string",
};

/** The name of a value's type, as CEL's errors have it. */
export function typeName(value: unknown): string {
  if (value === null) return "null_type";
  if (typeof value !== "object") return PRIMITIVES[typeof value] ?? unknownType(value);
  if (Array.isArray(value)) return "list";
  if (value instanceof CelObject) return value.celType;
  if (value instanceof UnsignedInt) return "uint";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Date) return "google.protobuf.Timestamp";
  if (value instanceof Duration) return "google.protobuf.Duration";
  if (value instanceof Optional) return "optional_type";
  if (value instanceof Map || isPlain(value)) return "map";
  return value.constructor.name === "Type" ? "type" : unknownType(value);
}

function unknownType(value: unknown): never {
  throw new TypeError(`no value of CEL: ${typeof value}`);
}

/** Marks a list or a map of which a schema says what is in it. kro has other values for these. */
export const TYPED = Symbol("typed");
export const isTyped = (value: object): boolean => Object.hasOwn(value, TYPED);

/** The keys and values of a CEL map, whichever of the two forms it has. */
export function entriesOf(map: unknown): [unknown, unknown][] {
  const entries: [unknown, unknown][] = map instanceof Map ? [...map] : Object.entries(map as object);
  // A field of a type that is declared, but not there.
  return entries.filter(([, value]) => value !== undefined);
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
export const equal = (a: unknown, b: unknown): boolean => equality(a, b) === true;

/** As {@link equal}; undefined where cel-go has no overload for it, which within a list or a map counts as equal. */
export function equality(a: unknown, b: unknown): boolean | undefined {
  if (a instanceof CelObject) return b !== null && a.equals(b);
  if (b instanceof CelObject) return false;
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && areEqual(a, a.entries(), (at) => b[at]);
  }
  if (a instanceof Optional && b instanceof Optional) {
    return a.hasValue() && b.hasValue() ? equality(a.value(), b.value()) : a.hasValue() === b.hasValue();
  }
  if (typeName(a) === "map" && typeName(b) === "map") {
    const left = entriesOf(a);
    const right = new Map(entriesOf(b));
    if (left.length !== right.size || !left.every(([key]) => right.has(key))) return false;
    return areEqual(a as object, left, (key) => right.get(key));
  }
  // kro's own lists and maps have no equality with other values.
  if (typeof a === "object" && a !== null && b !== null && isTyped(a)) return undefined;
  return compare(a, b) === 0;
}

/** Whether all parts of a list or a map equal those of another one. kro's own don't pass over what has no overload. */
function areEqual<Key>(
  container: object,
  parts: Iterable<[Key, unknown]>,
  other: (key: Key) => unknown,
): boolean | undefined {
  const passes = isTyped(container) ? undefined : true;
  for (const [key, part] of parts) {
    const isSame = equality(part, other(key)) ?? passes;
    if (!isSame) return isSame;
  }
  return true;
}

/** Whether an item is in a list; of one that a schema describes, kro asks each element without looking for null first. */
export function contains(list: readonly unknown[], item: unknown): boolean {
  if (!isTyped(list)) return list.some((other) => equal(item, other));
  let isUncertain = false;
  for (const other of list) {
    const isSame = item === null && typeof other === "object" ? undefined : equality(other, item);
    if (isSame) return true;
    isUncertain ||= isSame === undefined;
  }
  return isUncertain ? fail("no such overload") : false;
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
  const entries = fields.map(([key, field]): [string, unknown] => [key, fromJson(field)]);
  // By its constructor cel-js tells an object from others.
  return Object.hasOwn(value, "constructor") ? new Map(entries) : Object.fromEntries(entries);
}

/**
 * The value of an expression as kro writes it into an object: an empty optional is null, a duration and a time are
 * text.
 *
 * @throws EvaluationError for bytes, types, objects such as a quantity, and maps with other keys than strings: kro refuses them
 */
export function toJson(value: unknown): Value {
  switch (typeName(value)) {
    case "optional_type":
      return (value as Optional).hasValue() ? toJson((value as Optional).value()) : null;
    case "bytes":
      return fail("bytes value cannot be used directly in a template; encode it explicitly, e.g. base64.encode(...)");
    case "uint":
    case "int": {
      const int = BigInt(String(value));
      return int > 9223372036854775807n ? fail(`uint value ${int} overflows int64; use string(...)`) : Number(int);
    }
    case "double":
      return Number.isFinite(value) ? (value as number) : fail(`unsupported value: ${value}`);
    case "google.protobuf.Timestamp":
      return (value as Date).getUTCFullYear() > 9999
        ? fail("timestamp overflow")
        : `${(value as Date).toISOString().slice(0, 19)}Z`;
    case "google.protobuf.Duration":
      return formatDuration(nanoseconds(value as Duration));
    case "list":
      return (value as unknown[]).map(toJson);
    case "map":
      return Object.fromEntries(entriesOf(value).map(([key, item]) => [stringKey(key), toJson(item)]));
    case "null_type":
    case "bool":
    case "string":
      return value as Value;
    default:
      return fail(`unsupported type: ${typeName(value)}`);
  }
}

/** @throws EvaluationError for a key that JSON can't have */
export function stringKey(key: unknown): string {
  if (typeof key === "string") return key;
  // A time and a duration are text, an optional is what is in it.
  const text = ["bytes", "list", "map"].includes(typeName(key)) ? undefined : toJson(key);
  return typeof text === "string" ? text : fail(`map key must be string, got ${typeName(key)}`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
