import { ackHealth, type LiveObject } from "../../packages/live/index.ts";

/**
 * Tells what ACK had given up before an update began, and has not tried since: its conditions name no generation, and their
 * times say nothing any more once the update has changed an annotation alone, which ACK does not look at.
 *
 * @param before - the objects as they were then.
 */
export function standingRefusals(before: readonly LiveObject[]): (object: LiveObject) => boolean {
  const known = new Set(before.filter((object) => ackHealth(object).isCurrent).map(refusalOf));
  return (object) => known.has(refusalOf(object));
}

/** Another spec has another generation, and another attempt another time. */
function refusalOf(object: LiveObject): string {
  const { uid, generation } = object.metadata;
  const { type, lastTransitionTime } = ackHealth(object).failure ?? {};
  return JSON.stringify([uid, generation, type, lastTransitionTime]);
}
