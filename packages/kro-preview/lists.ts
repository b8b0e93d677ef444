import { fieldSchema, isList, isMap, type JsonSchema, type Value } from "../kro/index.ts";

/** Lists whose elements have names are compared by name, as Kubernetes merges them. */
const KEYS = [["name"], ["key"], ["mountPath"]];

/**
 * How the elements of a list are told apart: by these fields, or by their position (none); undefined for anything but a
 * list.
 *
 * @param schema - of the list, where it is known: it may say by which.
 */
export function listKeys(value: Value | undefined, schema?: JsonSchema): readonly string[] | undefined {
  if (!isList(value)) return undefined;
  const declared = schema?.listMapKeys ?? [];
  const keys: readonly (readonly string[])[] = declared.length > 0 ? [declared, ...KEYS] : KEYS;
  return keys.find((names) => tellsApart(value, names)) ?? [];
}

function tellsApart(list: readonly Value[], keys: readonly string[]): boolean {
  const isName = (item: Value, key: string) =>
    isMap(item) && (typeof item[key] === "string" || typeof item[key] === "number");
  if (list.length === 0 || !list.every((item) => keys.every((key) => isName(item, key)))) return false;
  return new Set(list.map((item) => nameOf(item, keys))).size === list.length;
}

const nameOf = (item: Value, keys: readonly string[]): string =>
  keys.map((key) => `${key}=${(item as Record<string, Value>)[key]}`).join();

/** The parts of a map or a list, by what tells them apart: a field, `name=carts`, a position. */
export function entries(value: Value | undefined, schema?: JsonSchema): Map<string, Value> | undefined {
  if (isList(value)) {
    const keys = listKeys(value, schema)!;
    return new Map(value.map((item, i) => [keys.length > 0 ? nameOf(item, keys) : String(i), item]));
  }
  return isMap(value) ? new Map(Object.entries(value)) : undefined;
}

/** Whether the parts of two values are told apart alike. */
export const areAlike = (before: Value | undefined, after: Value | undefined, schema?: JsonSchema): boolean =>
  isList(before) || isList(after) ? listKeys(before, schema)?.join() === listKeys(after, schema)?.join() : true;

/** Of a part of a map or a list. */
export function partSchema(schema: JsonSchema | undefined, value: Value, part: string): JsonSchema | undefined {
  if (!schema) return undefined;
  return isList(value) ? schema.items : fieldSchema(schema, part);
}
