import { isList, isMap, type Value } from "../kro/index.ts";

/** Lists whose elements have names are compared by name, as Kubernetes merges them. */
const KEYS = ["name", "key", "mountPath"];

/** How the elements of a list are told apart: by this field, or by their position (empty); undefined for anything but a list. */
export function listKey(value: Value | undefined): string | undefined {
  if (!isList(value)) return undefined;
  const names = (key: string) => value.map((item: Value) => (isMap(item) ? item[key] : undefined));
  const key = KEYS.find((name) => {
    const all = names(name);
    return all.length > 0 && all.every((item) => typeof item === "string") && new Set(all).size === all.length;
  });
  return key ?? "";
}

/** The parts of a map or a list, by what tells them apart: a field, `name=carts`, a position. */
export function entries(value: Value | undefined): Map<string, Value> | undefined {
  if (isList(value)) {
    const key = listKey(value)!;
    return new Map(value.map((item, i) => [key ? `${key}=${(item as Record<string, Value>)[key]}` : String(i), item]));
  }
  return isMap(value) ? new Map(Object.entries(value)) : undefined;
}
