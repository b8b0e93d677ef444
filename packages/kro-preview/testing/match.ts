import {
  type Child,
  isList,
  isMap,
  KnownAfterApply,
  type KubernetesObject,
  titleOf,
  type Value,
} from "../../kro/index.ts";
import type { FieldChange } from "../changes.ts";
import { type Fields, fieldChanges } from "../fieldChanges.ts";
import { areAlike, entries, listKeys } from "../lists.ts";
import type { ExpectedChild } from "./fixture.ts";

/**
 * The children that a part of one stands for: of its node, its kind, apiVersion, name and namespace, as far as they are
 * given as text.
 *
 * @param options.orUnknown - also those whose name or namespace only the cluster knows. Default false.
 */
export const childrenLike = (
  expected: ExpectedChild,
  children: readonly Child[],
  { orUnknown = false }: { readonly orUnknown?: boolean } = {},
): Child[] =>
  children.filter((child) => {
    const { apiVersion, kind, metadata } = child.object;
    const own = isMap(expected.metadata) ? expected.metadata : {};
    const pairs = [
      [expected.node, child.node],
      [expected.apiVersion, apiVersion],
      [expected.kind, kind],
      [own.name, metadata.name],
      [own.namespace, metadata.namespace],
    ];
    return pairs.every(
      ([wanted, found]) =>
        typeof wanted !== "string" || wanted === found || (orUnknown && (found as unknown) instanceof KnownAfterApply),
    );
  });

/** How a test calls a child that it expects. */
export function expectedTitle(expected: ExpectedChild): string {
  const metadata = isMap(expected.metadata) ? expected.metadata : {};
  const node = typeof expected.node === "string" ? `node ${expected.node}` : "";
  const kind = typeof expected.kind === "string" ? expected.kind : "";
  if (kind === "") return node;
  const name = typeof metadata.name === "string" ? titleOf({ kind, metadata } as unknown as KubernetesObject) : kind;
  return node === "" ? name : `${name} (${node})`;
}

/** The fields in which an object is not as expected: `before` is what is expected, `after` what was found. */
export function mismatches({ node: _, ...expected }: ExpectedChild, object: KubernetesObject): FieldChange[] {
  // What is secret in it is told by its kind, whether or not the test speaks of that.
  const { apiVersion, kind } = object;
  const [wanted, found] = narrowed({ apiVersion, kind, ...expected }, object as Value);
  return fieldChanges((wanted ?? {}) as Fields, (found ?? {}) as Fields, { order: false, concealed: false });
}

/** Both sides, with nothing on the second that the first doesn't speak of. `null` stands for nothing at all. */
function narrowed(
  expected: Value | undefined,
  found: Value | undefined,
): [expected: Value | undefined, found: Value | undefined] {
  if (expected === null) return found === null || found === undefined ? [undefined, undefined] : [null, found];
  if (isMap(expected) && found instanceof KnownAfterApply) return [expected, found.toJSON()];
  const [a, b] = [entries(expected), entries(found)];
  const named = [expected, found].some((side) => (listKeys(side)?.length ?? 1) > 0);
  // A list without names is told whole.
  if (!a || !b || isList(expected) !== isList(found)) return [expected, found];
  if (isList(expected) && !areAlike(expected, found)) return [expected, found];
  if (isList(expected) && !named && a.size !== b.size) return [expected, found];
  const pairs = [...a].map(([key, value]) => [key, narrowed(value, b.get(key))] as const);
  const side = (i: 0 | 1): Value => {
    const parts = pairs.flatMap(([key, pair]) => (pair[i] === undefined ? [] : [[key, pair[i]] as const]));
    return isList(expected) ? parts.map(([, value]) => value) : Object.fromEntries(parts);
  };
  return [side(0), side(1)];
}
