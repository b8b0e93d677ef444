import type { LiveObject } from "../liveObject.ts";
import { conditionsOf } from "./condition.ts";

/** What the API server says to kro that does not pass by waiting for a child: kro's own conditions only pass it on. */
const REFUSED = /forbidden|denied|invalid|immutable|exceeded quota/i;

/**
 * Why kro can't bring about an RGD or an instance, in its own words. Undefined while it only waits: of an instance, kro says in
 * the same condition what it is refused and what it waits for.
 */
export function refusalOf(object: LiveObject): string | undefined {
  const wrong = conditionsOf(object).filter(({ type, status }) => type !== "Ready" && status === "False");
  return wrong.find(({ type, message }) => message && (type !== "ResourcesReady" || REFUSED.test(message)))?.message;
}
