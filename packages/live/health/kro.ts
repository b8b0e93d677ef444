import type { LiveObject } from "../liveObject.ts";
import { conditionOf, conditionsOf, conditionText } from "./condition.ts";

/** What the API server says to kro that does not pass by waiting for a child: kro's own conditions only pass it on. */
const REFUSED = /forbidden|denied|invalid|immutable|exceeded quota/i;

/** Whether kro has brought about an RGD or an instance as it is in its present generation. */
export interface KroHealth {
  readonly isReady: boolean;
  /** What tells that, such as `Ready is False: the reason` or `the state is IN_PROGRESS`. */
  readonly found: string;
  /** What kro says, where it isn't ready. */
  readonly message: string | undefined;
}

/**
 * @param ownConditions - the conditions are the RGD author's: a `Ready` among them is not kro's. kro's own word is then
 *   the state, and what generation that is of, a condition tells.
 */
export function kroHealth(object: LiveObject, ownConditions = false): KroHealth {
  if (!ownConditions) {
    const ready = conditionOf(object, "Ready");
    return { isReady: ready?.status === "True", found: conditionText(object, "Ready"), message: ready?.message };
  }
  const { state, conditions = [] } = object.status ?? {};
  const isStale = conditions.length > 0 && conditionsOf(object).length === 0;
  const text = state === undefined ? "no state" : `the state is ${state}`;
  const found = `${text}${isStale ? ", but of an earlier generation" : ""}`;
  return { isReady: state === "ACTIVE" && !isStale, found, message: state === undefined ? undefined : found };
}

/** What every instance has whose conditions are kro's own. */
const isOfKro = (object: LiveObject): boolean =>
  object.kind === "ResourceGraphDefinition" ||
  (object.status?.conditions ?? []).some(({ type }) => type === "InstanceManaged");

/**
 * Why kro can't bring about an RGD or an instance, in its own words. Undefined while it only waits: of an instance, kro says in
 * the same condition what it is refused and what it waits for. What an RGD's author says in conditions is no refusal.
 */
export function refusalOf(object: LiveObject): string | undefined {
  if (!isOfKro(object)) return undefined;
  const wrong = conditionsOf(object).filter(({ type, status }) => type !== "Ready" && status === "False");
  return wrong.find(({ type, message }) => message && (type !== "ResourcesReady" || REFUSED.test(message)))?.message;
}
