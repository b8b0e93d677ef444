import { createHash } from "node:crypto";
import { Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { compareStrings, entriesOf, fail, nanoseconds, typeName } from "../values.ts";
import { type CelFunction, method, plain } from "./functions.ts";
import { formatDuration } from "./numbers.ts";

/** base64, JSON, hashes, kro's seeded random values and maps. */
export const ENCODERS: readonly CelFunction[] = [
  plain("base64.encode(bytes): string", (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")),
  plain("base64.decode(string): bytes", decodeBase64),
  plain("json.marshal(dyn): string", marshal),
  plain("json.unmarshal(string): dyn", unmarshal),
  plain("hash.sha256(string): bytes", (text: string) => digest("sha256", text)),
  plain("hash.md5(string): bytes", (text: string) => digest("md5", text)),
  plain("hash.fnv64a(string): bytes", fnv64a),
  plain("random.seededString(int, string): string", seededString),
  plain("random.seededInt(int, int, string): int", seededInt),
  method("map<K, V>.merge(map<K, V>): map<K, V>", (map: unknown, other: unknown) => {
    return toMap([...entriesOf(map), ...entriesOf(other)]);
  }),
  method("dyn.deepMerge(dyn): dyn", (map: unknown, other: unknown) => {
    if (typeName(map) !== "map" || typeName(other) !== "map") fail("no such overload");
    return deepMerge(map, other);
  }),
];

/** A CEL map with the last value of each key. */
export function toMap(entries: readonly [unknown, unknown][]): unknown {
  const plainKeys = entries.every(([key]) => typeof key === "string");
  return plainKeys ? Object.fromEntries(entries as [string, unknown][]) : new Map(entries);
}

function deepMerge(map: unknown, other: unknown): unknown {
  const merged = new Map(entriesOf(map));
  for (const [key, value] of entriesOf(other)) {
    const own = merged.get(key) ?? null;
    merged.set(key, typeName(own) === "map" && typeName(value) === "map" ? deepMerge(own, value) : value);
  }
  return toMap([...merged]);
}

function decodeBase64(text: string): Uint8Array {
  const packed = text.replace(/[\r\n]/g, "");
  const padded = /^[A-Za-z0-9+/]*={0,2}$/.test(packed) && packed.length % 4 === 0;
  const unpadded = /^[A-Za-z0-9+/]*$/.test(packed) && packed.length % 4 !== 1;
  if (!padded && !unpadded) fail("illegal base64 data");
  return new Uint8Array(Buffer.from(packed, "base64"));
}

/** JSON as Go's encoder has it: keys in order, `<`, `>` and `&` escaped. */
function marshal(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(marshal).join(",")}]`;
  if (value instanceof Optional) return value.hasValue() ? marshal(value.value()) : "null";
  if (value instanceof Uint8Array) return marshal(Buffer.from(value).toString("base64"));
  if (value instanceof Date) return marshal(`${value.toISOString().slice(0, 19)}Z`);
  if (value instanceof Duration) return marshal(formatDuration(nanoseconds(value)));
  if (value instanceof UnsignedInt || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    return JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) fail(`json.marshal failed to encode value: unsupported value: ${value}`);
    return Object.is(value, -0) ? "-0" : String(value);
  }
  const entries = entriesOf(value).map(([key, item]): [string, unknown] => {
    if (typeof key !== "string") fail("json.marshal failed to convert value: map key must be string");
    return [key as string, item];
  });
  entries.sort(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([key, item]) => `${marshal(key)}:${marshal(item)}`).join(",")}}`;
}

/** All numbers become doubles, as in kro. */
function unmarshal(text: string): unknown {
  try {
    return JSON.parse(text, (_, value) => {
      if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("number out of range");
      return value;
    });
  } catch (error) {
    return fail(`json.unmarshal failed to parse JSON: ${(error as Error).message}`);
  }
}

function digest(algorithm: string, text: string): Uint8Array {
  return new Uint8Array(createHash(algorithm).update(text, "utf8").digest());
}

function fnv64a(text: string): Uint8Array {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text, "utf8")) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const result = Buffer.alloc(8);
  result.writeBigUInt64BE(hash);
  return new Uint8Array(result);
}

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

/** The same for the same seed, here as in the cluster. */
function seededString(length: bigint, seed: string): string {
  if (length <= 0n) fail("random.seededString length must be positive");
  const hash = Buffer.from(digest("sha256", seed));
  let result = "";
  for (let at = 0; at < length; at++) result += ALPHABET[hash.readUInt32BE((at * 4) % hash.length) % ALPHABET.length];
  return result;
}

function seededInt(min: bigint, max: bigint, seed: string): bigint {
  if (min >= max) fail("random.seededInt min must be less than max");
  return min + (Buffer.from(digest("sha256", seed)).readBigUInt64BE() % (max - min));
}
