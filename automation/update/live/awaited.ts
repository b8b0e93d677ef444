import { isList, isMap, type Value } from "../../../packages/kro/index.ts";
import type { LiveObject } from "../../../packages/live/index.ts";
import type { Evidence } from "../causes/cause.ts";
import { type FollowedInstance, type FollowedObject, objectOf } from "./progress.ts";

/** What Pulumi waits for with one resource. */
export interface Awaited {
  /** An instance with its children, or an RGD alone. */
  readonly awaited: FollowedInstance | FollowedObject;
  /** `spec` as the update declares it; undefined where it is deleted. */
  readonly spec: Value | undefined;
}

/** The object itself, then its children. */
export const objectsOf = ({ awaited }: Awaited): readonly FollowedObject[] =>
  "children" in awaited ? [awaited, ...awaited.children] : [awaited];

/**
 * What the cluster says of it, now that the update is there: undefined before. What kro or ACK says until then is of what
 * was before, although it is of the object's present generation.
 */
export function evidenceOf(one: Awaited, objects: readonly LiveObject[]): Evidence | undefined {
  const { awaited, spec } = one;
  const root = objectOf(awaited, objects);
  if (!root || (root.metadata.deletionTimestamp !== undefined) !== (spec === undefined)) return undefined;
  if (spec !== undefined && !isWithin(spec, (root.spec ?? {}) as Value)) return undefined;
  const found = objectsOf(one).flatMap((object) => objectOf(object, objects) ?? []);
  return { followed: "children" in awaited ? [awaited] : [], objects: found, warnings: [] };
}

/** Whether all that is declared is there. What is a secret, or not known, is taken to be; others may have added to it. */
function isWithin(declared: Value | undefined, live: Value | undefined): boolean {
  if (isList(declared)) {
    return isList(live) && live.length === declared.length && declared.every((item, i) => isWithin(item, live[i]));
  }
  if (isMap(declared)) {
    return isMap(live) && Object.entries(declared).every(([key, value]) => isWithin(value, live[key]));
  }
  return declared === live || declared === undefined || typeof declared === "object";
}
