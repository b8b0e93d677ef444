import { Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { PRESENT_ELEMENTS, PRESENT_ENTRIES } from "../notation.ts";
import { CelObject, entriesOf, fail, nanoseconds, typeName } from "../values.ts";
import { memberOverload, type Overload, overload } from "./functions.ts";
import { toMap } from "./maps.ts";

/** The type of optionals, which cel-js doesn't have. */
export class OptionalType extends CelObject {
  readonly celType = "type";

  equals(other: unknown): boolean {
    return other === this;
  }
}

/** What `type()` makes of an optional. */
export const OPTIONAL_TYPE = new OptionalType();

/** Functions on optionals beyond those of cel-js. */
export const OPTIONALS: readonly Overload[] = [
  overload("optional.ofNonZeroValue(T): optional<T>", (value: unknown) =>
    isZero(value) ? Optional.none() : Optional.of(value),
  ),
  overload("optional.unwrap(list<optional<T>>): list<T>", unwrap),
  overload(`${PRESENT_ELEMENTS}(list<optional<T>>): list<T>`, unwrap),
  overload(`${PRESENT_ENTRIES}(map<K, optional<V>>): map<K, V>`, (map: unknown) =>
    toMap(
      entriesOf(map).flatMap(([key, value]): [unknown, unknown][] =>
        (value as Optional).hasValue() ? [[key, (value as Optional).value()]] : [],
      ),
    ),
  ),
  memberOverload("list<optional<T>>.unwrapOpt(): list<T>", unwrap),
];

function unwrap(list: readonly Optional[]): unknown[] {
  if (!list.every((item) => item instanceof Optional)) fail("no such overload");
  return list.flatMap((item) => (item.hasValue() ? [item.value()] : []));
}

function isZero(value: unknown): boolean {
  if (value === null || value === "" || value === 0 || value === 0n || value === false) return true;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof UnsignedInt) return value.valueOf() === 0n;
  if (value instanceof Duration) return nanoseconds(value) === 0n;
  return typeName(value) === "map" && entriesOf(value).length === 0;
}
