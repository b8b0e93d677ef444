import { describeAwsError, isAwsError } from "./awsErrors.ts";
import type { AckObject, Condition } from "./kind.ts";
import { InTerminalCondition, type Outcome, TerminalError } from "./outcome.ts";

const SYNCED = "ACK.ResourceSynced";
const TERMINAL = "ACK.Terminal";
const RECOVERABLE = "ACK.Recoverable";
const REFERENCES = "ACK.ReferencesResolved";

const NOT_MANAGED_MESSAGE = "Resource already exists";
const NOT_MANAGED_REASON =
  "This resource already exists but is not managed by ACK. To bring the resource under ACK management, you should " +
  "explicitly adopt the resource by enabling the ResourceAdoption feature gate and populating the " +
  "`services.k8s.aws/adoption-policy` and `services.k8s.aws/adoption-fields` annotations.";

function set(object: AckObject, condition: Condition): void {
  const others = (object.status.conditions ?? []).filter(({ type }) => type !== condition.type);
  object.status.conditions = [...others, { ...condition, lastTransitionTime: new Date().toISOString() }];
}

function find(object: AckObject, type: string): Condition | undefined {
  return object.status.conditions?.find((condition) => condition.type === type);
}

/** The status of ACK.ResourceSynced, undefined before the first reconcile. */
export function syncedStatus(object: AckObject): Condition["status"] | undefined {
  return find(object, SYNCED)?.status;
}

/** Says that what is in AWS belongs to somebody else. */
export function setNotManaged(object: AckObject): void {
  set(object, { type: TERMINAL, status: "True", message: NOT_MANAGED_MESSAGE, reason: NOT_MANAGED_REASON });
}

/** Says that the object is behind, and why. */
export function setNotSynced(object: AckObject, message: string): void {
  set(object, { type: SYNCED, status: "False", message });
}

/** Says whether the references of an object could be resolved, and why not. */
export function setReferences(object: AckObject, error: Error | undefined): void {
  if (!error) {
    set(object, { type: REFERENCES, status: "True" });
    return;
  }
  const status = error.message.includes("'ACK.Terminal' condition 'True'") ? "False" : "Unknown";
  set(object, { type: REFERENCES, status, message: "Reference resolution failed", reason: error.message });
}

/**
 * Puts an error where ACK puts it: ACK.Terminal when only a change of the object can help, else ACK.Recoverable.
 * @param terminalErrors - names of AWS's errors that nothing but a change of the object can help with
 * @returns a copy of the object with the condition, and the error that the reconcile goes on with
 */
export function failed<T extends AckObject>(
  object: T,
  error: Error,
  terminalErrors: readonly string[] = [],
): Outcome<T> {
  const latest = structuredClone(object);
  const terminal = error instanceof TerminalError || (isAwsError(error) && terminalErrors.includes(error.name));
  // What may pass puts an end to what was said for good; not the other way round.
  if (!terminal && find(latest, TERMINAL)) set(latest, { type: TERMINAL, status: "False" });
  set(latest, { type: terminal ? TERMINAL : RECOVERABLE, status: "True", message: describe(error) });
  return { latest, error: terminal ? new InTerminalCondition() : error };
}

function describe(error: Error): string {
  return isAwsError(error) ? describeAwsError(error) : error.message;
}

/** Completes a reconcile's conditions: ACK.ResourceSynced, unless it was set on the way, and Ready, which follows. */
export function ensureConditions(object: AckObject, error: Error | undefined, isSynced: boolean): void {
  if (!find(object, SYNCED)) set(object, syncedCondition(error, isSynced));
  const synced = find(object, SYNCED);
  const fault = [TERMINAL, RECOVERABLE].map((type) => find(object, type)).find((found) => found?.status === "True");
  if (fault) set(object, { type: "Ready", status: "False", message: fault.message, reason: fault.type });
  else if (synced) set(object, { ...synced, type: "Ready" });
}

function syncedCondition(error: Error | undefined, isSynced: boolean): Condition {
  if (error instanceof InTerminalCondition) {
    return { type: SYNCED, status: "False", message: "Resource not synced", reason: error.message };
  }
  if (error) {
    const message = "Unable to determine if desired resource state matches latest observed state";
    return { type: SYNCED, status: "Unknown", message, reason: describe(error) };
  }
  return isSynced
    ? { type: SYNCED, status: "True", message: "Resource synced successfully", reason: "" }
    : { type: SYNCED, status: "False", message: "Resource not synced", reason: "" };
}
