import { isDeepStrictEqual } from "node:util";

type Fields = Record<string, unknown>;

/**
 * The JSON merge patch (https://www.rfc-editor.org/rfc/rfc7386) that turns `from` into `to`: lists are replaced as
 * a whole, fields that are gone become null. Undefined when there is nothing to change.
 */
export function mergePatch(from: object | undefined, to: object | undefined): Fields | undefined {
  const old = (from ?? {}) as Fields;
  const wanted = (to ?? {}) as Fields;
  const patch: Fields = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
    const [a, b] = [old[key], wanted[key]];
    if (isDeepStrictEqual(a, b)) continue;
    if (isPlain(a) && isPlain(b)) patch[key] = mergePatch(a, b);
    else patch[key] = b ?? null;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function isPlain(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
