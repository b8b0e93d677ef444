import { formatPath, type PropertyPath, parsePath, pathIsWithin } from "./propertyPath.ts";
import { isProperties, type PropertyValue } from "./values.ts";

/** One difference between two property values. */
export interface PropertyChange {
  readonly path: PropertyPath;
  readonly kind: "add" | "delete" | "update";
  /** Whether the change makes a new resource instead of updating this one. */
  readonly replace?: boolean;
  /** Whether the display compares inputs (the default), or old outputs with new ones. */
  readonly inputDiff?: boolean;
}

/**
 * The differences that turn `before` into `after`, at the deepest paths where they differ. A member that is null counts
 * as absent, as in Terraform and Kubernetes alike. Maps compare by key, lists by position.
 */
export function propertyChanges(
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  path: PropertyPath = [],
): PropertyChange[] {
  const had = before !== undefined && before !== null;
  const has = after !== undefined && after !== null;
  if (!had && !has) return [];
  if (!had) return [{ path, kind: "add" }];
  if (!has) return [{ path, kind: "delete" }];
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, i) => propertyChanges(before[i], after[i], [...path, i])).flat();
  }
  if (isProperties(before) && isProperties(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => propertyChanges(before[key], after[key], [...path, key]));
  }
  return before === after ? [] : [{ path, kind: "update" }];
}

/** Drops the changes that a resource's `ignoreChanges` option covers; the paths are in Pulumi's notation. */
export function withoutIgnored(changes: readonly PropertyChange[], ignoreChanges: readonly string[]): PropertyChange[] {
  const patterns = ignoreChanges.map(parsePath);
  return changes.filter(({ path }) => !patterns.some((pattern) => pathIsWithin(path, pattern)));
}

/** The name of the top-level property that a change is in. */
export function topLevelName(change: PropertyChange): string {
  return formatPath(change.path.slice(0, 1));
}
