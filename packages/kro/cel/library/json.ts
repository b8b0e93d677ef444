import { Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { compareStrings, entriesOf, fail, nanoseconds } from "../values.ts";
import { type Overload, overload } from "./functions.ts";
import { formatDuration } from "./numbers.ts";

/** kro's JSON. */
export const JSON_FUNCTIONS: readonly Overload[] = [
  overload("json.marshal(dyn): string", marshal),
  overload("json.unmarshal(string): dyn", unmarshal),
];

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
