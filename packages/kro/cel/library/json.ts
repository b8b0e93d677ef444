import { Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { compareStrings, entriesOf, fail, isTyped, nanoseconds, stringKey, typeName } from "../values.ts";
import { type Overload, overload } from "./functions.ts";
import { formatDecimal, formatDuration } from "./numbers.ts";

/** kro's JSON, and that of cel-go. */
export const JSON_FUNCTIONS: readonly Overload[] = [
  overload("json.marshal(dyn): string", (value: unknown) => write(value, MARSHAL)),
  overload("json.encode(dyn): string", (value: unknown) => write(value, ENCODE)),
  overload("json.unmarshal(string): dyn", unmarshal),
];

/** What the two write differently, as values of JSON. */
interface Notation {
  int(value: bigint): string;
  time(value: Date): string;
  duration(nanoseconds: bigint): string;
  absent(): null;
  key(value: unknown): string;
  /** Whether it has a text for what a schema describes. */
  readonly writesTyped: boolean;
}

const MARSHAL: Notation = {
  int: String,
  time: (value) => `${value.toISOString().slice(0, 19)}Z`,
  duration: formatDuration,
  absent: () => null,
  key: stringKey,
  writesTyped: true,
};

/** As protobuf has it: ints that no double can hold are text, durations are seconds. */
const ENCODE: Notation = {
  int: (value) => (BigInt(Number.MAX_SAFE_INTEGER) >= (value < 0n ? -value : value) ? String(value) : `"${value}"`),
  time: (value) => value.toISOString().replace(/\.?0*Z$/, "Z"),
  duration: (value) => `${formatDecimal(Number(value) / 1e9)}s`,
  absent: () => fail("optional.none() dereference"),
  key: (value) =>
    value instanceof Date || value instanceof Duration
      ? fail(`type conversion error from '${typeName(value)}' to 'string'`)
      : stringKey(value),
  writesTyped: false,
};

/** JSON as Go's encoder has it: keys in order, `<`, `>` and `&` escaped. */
function write(value: unknown, notation: Notation): string {
  const own = (inner: unknown) => write(inner, notation);
  if (value === null) return "null";
  if (typeof value === "object" && isTyped(value) && !notation.writesTyped) {
    return fail(`type conversion error from ${typeName(value)} to '*structpb.Value'`);
  }
  if (Array.isArray(value)) return `[${value.map(own).join(",")}]`;
  if (value instanceof Optional) return own(value.hasValue() ? value.value() : notation.absent());
  if (value instanceof Uint8Array) return own(Buffer.from(value).toString("base64"));
  if (value instanceof Date) return own(notation.time(value));
  if (value instanceof Duration) return own(notation.duration(nanoseconds(value)));
  if (value instanceof UnsignedInt) return notation.int(value.valueOf());
  if (typeof value === "bigint") return notation.int(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    return JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) fail(`json: unsupported value: ${value}`);
    return Object.is(value, -0) ? "-0" : String(value);
  }
  if (typeName(value) !== "map") fail(`json: unsupported type: ${typeName(value)}`);
  const entries = entriesOf(value).map(([key, item]): [string, unknown] => [notation.key(key), item]);
  entries.sort(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([key, item]) => `${own(key)}:${own(item)}`).join(",")}}`;
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
