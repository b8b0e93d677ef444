import { entriesOf, fail, typeName } from "../values.ts";
import { memberOverload, type Overload } from "./functions.ts";

/** kro's functions on maps. */
export const MAPS: readonly Overload[] = [
  memberOverload("map<K, V>.merge(map<K, V>): map<K, V>", (map: unknown, other: unknown) => {
    return toMap([...entriesOf(map), ...entriesOf(other)]);
  }),
  memberOverload("dyn.deepMerge(dyn): dyn", (map: unknown, other: unknown) => {
    if (typeName(map) !== "map" || typeName(other) !== "map") fail("no such overload");
    return deepMerge(map, other);
  }),
];

/** A CEL map with the last value of each key. */
export function toMap(entries: readonly [unknown, unknown][]): unknown {
  // cel-js tells an object from others by its constructor.
  const textKeys = entries.every(([key]) => typeof key === "string" && key !== "constructor");
  return textKeys ? Object.fromEntries(entries as [string, unknown][]) : new Map(entries);
}

function deepMerge(map: unknown, other: unknown): unknown {
  const merged = new Map(entriesOf(map));
  for (const [key, value] of entriesOf(other)) {
    const own = merged.get(key) ?? null;
    merged.set(key, typeName(own) === "map" && typeName(value) === "map" ? deepMerge(own, value) : value);
  }
  return toMap([...merged]);
}
