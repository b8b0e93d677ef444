import type { Condition, LiveObject } from "../liveObject.ts";
import { conditionOf, trueCondition } from "./condition.ts";

/** What ACK makes for an instance, by the kind of its object. */
export const ACK_KINDS = {
  table: { apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table" },
  role: { apiVersion: "iam.services.k8s.aws/v1alpha1", kind: "Role" },
  association: { apiVersion: "eks.services.k8s.aws/v1alpha1", kind: "PodIdentityAssociation" },
} as const;

/**
 * Annotation that says what becomes in AWS of an object's resource when the object is deleted: `retain` or `delete`.
 *
 * @see https://aws-controllers-k8s.github.io/community/docs/user-docs/deletion-policy/
 */
export const DELETION_POLICY = "services.k8s.aws/deletion-policy";

/** Whether an object is one that a controller of ACK brings about. */
export const isOfAck = ({ apiVersion }: Pick<LiveObject, "apiVersion">): boolean =>
  /(^|\.)services\.k8s\.aws\//.test(apiVersion);

/** How far ACK is with an object of its. */
export interface AckHealth {
  /** AWS has it as it is declared. */
  readonly isSynced: boolean;
  /** What ACK can't do: its condition ACK.Terminal, else ACK.Recoverable, unless that only waits for AWS to be done. */
  readonly failure: Condition | undefined;
  /** The failure is of the object as it is now. */
  readonly isCurrent: boolean;
  /** Undefined until ACK has seen it. */
  readonly synced: Condition | undefined;
}

/** @see https://aws-controllers-k8s.github.io/community/docs/user-docs/resource-status */
export function ackHealth(object: LiveObject): AckHealth {
  const recoverable = trueCondition(object, "ACK.Recoverable");
  const failure = trueCondition(object, "ACK.Terminal") ?? (isWait(recoverable) ? undefined : recoverable);
  const synced = conditionOf(object, "ACK.ResourceSynced");
  return {
    isSynced: synced?.status === "True" && failure === undefined,
    failure,
    isCurrent: failure !== undefined && triedAt(failure, object) >= lastChange(object),
    synced,
  };
}

/** What ACK waits for, and comes back to in seconds, it calls recoverable too: "table in 'UPDATING' state, cannot be ...". */
const isWait = (condition: Condition | undefined): boolean =>
  /\bin '(CREATING|UPDATING)' state, cannot be modified or deleted$/.test(condition?.message ?? "");

/**
 * When ACK has tried, as far as a condition tells. Where it could not delete, it notes no time: then when it has written the
 * status, of which it makes all conditions anew. Milliseconds; 0 where nothing tells.
 */
function triedAt({ lastTransitionTime }: Condition, { metadata }: LiveObject): number {
  const writes = (metadata.managedFields ?? []) as readonly FieldsWritten[];
  const status = writes.filter(({ subresource }) => subresource === "status").map(({ time }) => time);
  return Math.max(...(lastTransitionTime === undefined ? status : [lastTransitionTime]).map(millisecondsOf), 0);
}

const millisecondsOf = (time: string | undefined): number => (time === undefined ? 0 : Date.parse(time));

/**
 * When somebody else than ACK has last changed an object: ACK's conditions name no generation. Milliseconds, of the API
 * server's whole seconds.
 */
function lastChange({ metadata }: LiveObject): number {
  const writes = (metadata.managedFields ?? []) as readonly FieldsWritten[];
  const controllers = writes.filter(({ subresource }) => subresource === "status").map(({ manager }) => manager);
  const others = writes.filter(({ manager, subresource }) => !subresource && !controllers.includes(manager));
  const times = [metadata.creationTimestamp, metadata.deletionTimestamp, ...others.map(({ time }) => time)];
  return Math.max(...times.map(millisecondsOf));
}

/** @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
interface FieldsWritten {
  readonly manager?: string;
  readonly time?: string;
  /** `status`; undefined for the rest of the object. */
  readonly subresource?: string;
}
