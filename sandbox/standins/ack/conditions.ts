import { describeAwsError, isAwsError } from "./awsErrors.ts";
import { InTerminalCondition, type Outcome, TerminalError } from "./outcome.ts";
import type { Condition, Table } from "./table.ts";

const SYNCED = "ACK.ResourceSynced";
const TERMINAL = "ACK.Terminal";
const RECOVERABLE = "ACK.Recoverable";

const SYNCED_STATES = ["ACTIVE", "ARCHIVED"];
const TERMINAL_AWS_ERRORS = ["InvalidParameter", "ValidationException"];

const NOT_MANAGED_MESSAGE = "Resource already exists";
const NOT_MANAGED_REASON =
  "This resource already exists but is not managed by ACK. To bring the resource under ACK management, you should " +
  "explicitly adopt the resource by enabling the ResourceAdoption feature gate and populating the " +
  "`services.k8s.aws/adoption-policy` and `services.k8s.aws/adoption-fields` annotations.";

function set(table: Table, condition: Condition): void {
  const others = (table.status.conditions ?? []).filter(({ type }) => type !== condition.type);
  table.status.conditions = [...others, { ...condition, lastTransitionTime: new Date().toISOString() }];
}

function find(table: Table, type: string): Condition | undefined {
  return table.status.conditions?.find((condition) => condition.type === type);
}

/** The status of ACK.ResourceSynced, undefined before the first reconcile. */
export function syncedStatus(table: Table): Condition["status"] | undefined {
  return find(table, SYNCED)?.status;
}

/** Says that the DynamoDB table belongs to somebody else. */
export function setNotManaged(table: Table): void {
  set(table, { type: TERMINAL, status: "True", message: NOT_MANAGED_MESSAGE, reason: NOT_MANAGED_REASON });
}

/** Says that the object is behind, and why. */
export function setNotSynced(table: Table, message: string): void {
  set(table, { type: SYNCED, status: "False", message });
}

/**
 * Puts an error where ACK puts it: ACK.Terminal when only a change of the object can help, else ACK.Recoverable.
 * @returns a copy of the table with the condition, and the error that the reconcile goes on with
 */
export function failed(table: Table, error: Error): Outcome {
  const latest = structuredClone(table);
  const terminal = error instanceof TerminalError || (isAwsError(error) && TERMINAL_AWS_ERRORS.includes(error.name));
  // What may pass puts an end to what was said for good; not the other way round.
  if (!terminal && find(latest, TERMINAL)) set(latest, { type: TERMINAL, status: "False" });
  set(latest, { type: terminal ? TERMINAL : RECOVERABLE, status: "True", message: describe(error) });
  return { latest, error: terminal ? new InTerminalCondition() : error };
}

function describe(error: Error): string {
  return isAwsError(error) ? describeAwsError(error) : error.message;
}

/** Completes a reconcile's conditions: ACK.ResourceSynced, unless it was set on the way, and Ready, which follows. */
export function ensureConditions(table: Table, error: Error | undefined): void {
  if (!find(table, SYNCED)) set(table, syncedCondition(table, error));
  const synced = find(table, SYNCED);
  const fault = [TERMINAL, RECOVERABLE].map((type) => find(table, type)).find((found) => found?.status === "True");
  if (fault) set(table, { type: "Ready", status: "False", message: fault.message, reason: fault.type });
  else if (synced) set(table, { ...synced, type: "Ready" });
}

function syncedCondition(table: Table, error: Error | undefined): Condition {
  if (error instanceof InTerminalCondition) {
    return { type: SYNCED, status: "False", message: "Resource not synced", reason: error.message };
  }
  if (error) {
    const message = "Unable to determine if desired resource state matches latest observed state";
    return { type: SYNCED, status: "Unknown", message, reason: describe(error) };
  }
  const synced = SYNCED_STATES.includes(table.status.tableStatus ?? "");
  return synced
    ? { type: SYNCED, status: "True", message: "Resource synced successfully", reason: "" }
    : { type: SYNCED, status: "False", message: "Resource not synced", reason: "" };
}
