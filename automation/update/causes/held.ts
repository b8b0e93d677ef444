import type { LiveObject } from "../../../packages/live/index.ts";
import { type Hold, holdOf } from "../../hold/index.ts";
import type { Cause } from "./cause.ts";

/** Why kro does nothing for an instance, or an RGD is not to be changed: the first of some objects of which that is so. */
export function heldCause(objects: readonly LiveObject[]): Cause | undefined {
  const holds = objects.flatMap((object) => holdOf(object) ?? []);
  const found = holds.find(({ isOurs }) => isOurs) ?? holds[0];
  return found && causeOf(found, holds.length - 1);
}

/** The same of what a rollout of ours holds alone. */
export const rolloutCause = (objects: readonly LiveObject[]): Cause | undefined =>
  heldCause(objects.filter((object) => holdOf(object)?.isOurs));

/** How many are told of one by one. */
const NAMED = 10;

/** Of what nobody's rollout holds, and kro leaves alone all the same: sentences. */
export function suspendedTexts(objects: readonly LiveObject[]): readonly string[] {
  const texts = objects.flatMap((object) => {
    const hold = holdOf(object);
    return hold && !hold.isOurs ? [`${hold.text}.`] : [];
  });
  const more = texts.length - NAMED;
  return more > 0 ? [...texts.slice(0, NAMED), `${more} more are suspended as well.`] : texts;
}

function causeOf({ object, isOurs, text }: Hold, others: number): Cause {
  const more = others > 0 ? ` The same is so of ${others} more.` : "";
  return { name: isOurs ? "held-by-rollout" : "suspended", object, message: `${text}.${more}` };
}
