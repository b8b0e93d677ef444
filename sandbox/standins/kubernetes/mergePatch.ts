import { isDeepStrictEqual } from "node:util";
import { isProperties, type Properties, type PropertyValue, unknownValue } from "../plugin/values.ts";

/**
 * The JSON merge patch (RFC 7386) that turns `before` into `after`: changed members with their new value, removed ones
 * as null. Lists are replaced whole.
 */
export function mergePatch(before: Properties, after: Properties): Properties {
  const patch: Properties = {};
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined) continue;
    const old = before[key];
    if (isProperties(old) && isProperties(value)) {
      const inner = mergePatch(old, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (old === undefined || !isDeepStrictEqual(old, value)) patch[key] = value;
  }
  for (const [key, old] of Object.entries(before)) {
    if (old !== undefined && after[key] === undefined) patch[key] = null;
  }
  return patch;
}

/** How the official plugin writes a value that is not known yet into the patch that it compares by. */
export function withOpaqueUnknowns(value: PropertyValue): PropertyValue {
  if (value === unknownValue) return { Element: { V: "" } };
  if (Array.isArray(value)) return value.map(withOpaqueUnknowns);
  if (!isProperties(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, withOpaqueUnknowns(member ?? null)]);
  return Object.fromEntries(entries);
}
