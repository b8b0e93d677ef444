import type { Condition, LiveObject } from "../liveObject.ts";
import { conditionOf, trueCondition } from "./condition.ts";

/** Whether an object is one that a controller of ACK brings about. */
export const isOfAck = ({ apiVersion }: Pick<LiveObject, "apiVersion">): boolean =>
  /(^|\.)services\.k8s\.aws\//.test(apiVersion);

/** How far ACK is with an object of its. */
export interface AckHealth {
  /** AWS has it as it is declared. */
  readonly isSynced: boolean;
  /** What ACK can't do: its condition ACK.Terminal, else ACK.Recoverable. */
  readonly failure: Condition | undefined;
  /** Undefined until ACK has seen it. */
  readonly synced: Condition | undefined;
}

/** @see https://aws-controllers-k8s.github.io/community/docs/user-docs/resource-status */
export function ackHealth(object: LiveObject): AckHealth {
  const failure = trueCondition(object, "ACK.Terminal") ?? trueCondition(object, "ACK.Recoverable");
  const synced = conditionOf(object, "ACK.ResourceSynced");
  return { isSynced: synced?.status === "True" && failure === undefined, failure, synced };
}
