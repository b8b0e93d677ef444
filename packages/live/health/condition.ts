import type { Condition, LiveObject } from "../liveObject.ts";

/** The conditions that an object's present generation has. One of an earlier generation tells of what is no more. */
export const conditionsOf = (object: LiveObject): Condition[] =>
  (object.status?.conditions ?? []).filter((condition) => !isStale(condition, object));

/** A condition of an object's present generation, or undefined. */
export const conditionOf = (object: LiveObject, type: string): Condition | undefined =>
  conditionsOf(object).find((condition) => condition.type === type);

/** The same, if it is True. */
export const trueCondition = (object: LiveObject, type: string): Condition | undefined => {
  const condition = conditionOf(object, type);
  return condition?.status === "True" ? condition : undefined;
};

/** `Ready is False: the reason`, that it is of an earlier generation, or that there is none. */
export function conditionText(object: LiveObject, type: string): string {
  const condition = object.status?.conditions?.find((one) => one.type === type);
  if (!condition) return `no condition ${type}`;
  const { status, message } = condition;
  const said = status === "True" || !message ? "" : `: ${message}`;
  return `${type} is ${status}${said}${isStale(condition, object) ? ", but of an earlier generation" : ""}`;
}

/** Conditions that say of no generation what they are of are of that which the whole status is of. */
function isStale({ observedGeneration }: Condition, { metadata: { generation = 0 }, status }: LiveObject): boolean {
  return (observedGeneration ?? status?.observedGeneration ?? generation) < generation;
}
