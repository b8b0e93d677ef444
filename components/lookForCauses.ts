import type { ClusterClient, LiveObject } from "../packages/live/index.ts";

/** Names an object in the cluster. */
export type ObjectKey = Parameters<ClusterClient["get"]>[0];

/** Looks at one object. */
export type Get = ClusterClient["get"];

/**
 * Looks at an object of kro's, and at children of it, time and again.
 *
 * @returns a function that looks once, and gives what is wrong, in words: each cause once, when it is seen for the second
 *   time in a row, and nothing of what only isn't ready yet. It throws Error where the cluster can't be asked.
 */
export function causeFinder(get: Get, object: ObjectKey, children: readonly ObjectKey[]): () => Promise<string[]> {
  let before = new Set<string>();
  const told = new Set<string>();
  return async () => {
    const causes = await causesOf(get, object, children);
    const fresh = causes.filter((cause) => before.has(keyOf(cause)) && !told.has(keyOf(cause)));
    before = new Set(causes.map(keyOf));
    for (const cause of fresh) told.add(keyOf(cause));
    return fresh;
  };
}

/** AWS gives each of its answers an id of its own. */
const keyOf = (cause: string): string => cause.replace(/[\w-]{20,}/g, "");

async function causesOf(get: Get, object: ObjectKey, children: readonly ObjectKey[]): Promise<string[]> {
  const { refusalOf } = await import("../packages/live/index.ts");
  const found = await get(object);
  if (!found) return [];
  const refused = refusalOf(found);
  const each = await Promise.all(children.map(async (key) => childCause(await get(key))));
  return [...(refused === undefined ? [] : [refused]), ...each.flat()].map((text) => text.replace(/\s+/g, " "));
}

async function childCause(child: LiveObject | undefined): Promise<string[]> {
  const { ackHealth, isOfAck, rolloutOf } = await import("../packages/live/index.ts");
  if (!child) return [];
  const title = `${child.kind} ${child.metadata.namespace}/${child.metadata.name}`;
  if (isOfAck(child)) {
    const { failure } = ackHealth(child);
    return failure ? [`${title}: ${failure.type}: ${failure.message ?? "no message"}`] : [];
  }
  const { refused } = rolloutOf(child);
  return refused === undefined ? [] : [`${title}: ${refused}`];
}
