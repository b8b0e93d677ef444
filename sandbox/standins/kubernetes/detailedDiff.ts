import type { PropertyPath } from "../plugin/propertyPath.ts";
import { isProperties, type Properties, type PropertyValue, unknownValue } from "../plugin/values.ts";

/** One difference, as the official plugin reports it. */
export interface ObjectChange {
  readonly path: PropertyPath;
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
  /** Whether it is shown against the old inputs, not the live object; what is gone from both is only there. */
  readonly inputDiff: boolean;
}

type Value = PropertyValue | undefined;

/**
 * Translates a merge patch into changes at the deepest paths. `old` is what the patch applies to, `inputs` what it leads
 * to; a change at, above or below one of the paths in `forceNew` replaces the object.
 */
export function detailedDiff(
  patch: Properties,
  old: Properties,
  inputs: Properties,
  forceNew: readonly PropertyPath[],
): ObjectChange[] {
  const changes: ObjectChange[] = [];
  const add = (path: PropertyPath, kind: ObjectChange["kind"], value: Value) => {
    changes.push({
      path,
      kind,
      replace: forceNew.some((pattern) => reaches(pattern, path, value)),
      inputDiff: kind === "delete",
    });
  };

  const addMap = (path: PropertyPath, patched: Properties, before: Properties, after: Value, inList: boolean) => {
    const input = (key: string): Value => (isProperties(after) ? after[key] : undefined);
    for (const [key, value] of Object.entries(patched))
      addValue([...path, key], value, before[key], input(key), inList);
    if (!inList) return;
    // A merge patch replaces lists whole, so it does not name what an element lost.
    for (const key of Object.keys(before)) {
      if (!(key in patched)) addValue([...path, key], null, before[key], input(key), inList);
    }
  };

  const addList = (path: PropertyPath, patched: PropertyValue[], before: PropertyValue[], after: Value) => {
    const input = (i: number): Value => (Array.isArray(after) ? (after[i] ?? null) : null);
    for (let i = 0; i < Math.max(patched.length, before.length); i++) {
      addValue([...path, i], patched[i] ?? null, before[i], input(i), true);
    }
  };

  const addValue = (path: PropertyPath, value: Value, before: Value, input: Value, inList: boolean) => {
    const removed = value === null || value === undefined;
    // What no input speaks of is the cluster's own business, unless an input that was there is gone.
    if (input === undefined && (!removed || before === undefined)) return;
    if (removed) {
      if (input !== unknownValue) add(path, "delete", null);
      else add(path, before === undefined ? "add" : "update", null);
    } else if (before === undefined) add(path, "add", value);
    else if (isProperties(value) && isProperties(before)) addMap(path, value, before, input, inList);
    else if (Array.isArray(value) && Array.isArray(before)) addList(path, value, before, input);
    else if (value !== before) add(path, "update", value);
  };

  addMap([], patch, old, inputs, false);
  return changes;
}

/** Whether `pattern` leads to something in an object that holds nothing but `value` at `path`. */
function reaches(pattern: PropertyPath, path: PropertyPath, value: Value): boolean {
  const shared = Math.min(pattern.length, path.length);
  for (let i = 0; i < shared; i++) if (pattern[i] !== path[i]) return false;
  let inside: Value = value;
  for (const key of pattern.slice(path.length)) {
    if (!isProperties(inside) || !(key in inside)) return false;
    inside = inside[key];
  }
  return true;
}
