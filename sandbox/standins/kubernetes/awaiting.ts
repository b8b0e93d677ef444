import type { ApiClient } from "./apiClient.ts";
import { isNotFound, messageOf } from "./apiError.ts";
import { type KubernetesObject, nameOf, nested, numberAt, textAt } from "./kubernetesObject.ts";
import { followEvents, type ObjectClient } from "./objectClient.ts";
import { generalStatus } from "./readiness.ts";
import type { StatusLog } from "./statusLog.ts";
import type { Condition } from "./waitFor.ts";

/** The object exists, but did not get into the wanted state; with the last that was seen of it. */
export class AwaitError extends Error {
  override readonly name = "AwaitError";
  readonly object: KubernetesObject;

  constructor(message: string, object: KubernetesObject) {
    super(message);
    this.object = object;
  }
}

/** What a wait is about, and how long it may take. */
export interface Wait {
  readonly api: ApiClient;
  readonly client: ObjectClient;
  readonly object: KubernetesObject;
  readonly log: StatusLog;
  /** Aborts when the user cancels. */
  readonly cancelled: AbortSignal;
  readonly timeoutMilliseconds: number;
}

/** Waits until every condition holds, and gives the object as it is then. Throws {@link AwaitError} on timeout. */
export async function awaitConditions(wait: Wait, conditions: readonly Condition[]): Promise<KubernetesObject> {
  let last = wait.object;
  let problem: string | undefined;
  const holds = () =>
    conditions.every((condition) => {
      const verdict = condition(last);
      if (verdict.severity && verdict.message) wait.log.status(verdict.severity, verdict.message);
      problem = verdict.problem;
      return verdict.done;
    });
  const met = await withDeadline(wait, async (signal) => {
    for await (const { object } of wait.client.follow(nameOf(wait.object), wait.object, signal)) {
      if (signal.aborted) return false;
      // Older than what the API server answered to the write: it says nothing about this change.
      if ((numberAt(object, "metadata", "generation") ?? 0) < (numberAt(last, "metadata", "generation") ?? 0)) continue;
      last = object;
      if (holds()) return true;
    }
    return false;
  });
  if (met || holds()) return last;
  throw new AwaitError(problem ?? interruption(wait.cancelled), last);
}

/** Waits until the object is gone. Throws {@link AwaitError} on timeout, after a hint at its finalizers. */
export async function awaitDeletion(wait: Wait): Promise<void> {
  let last = wait.object;
  const gone = await withDeadline(wait, async (signal) => {
    for await (const { type, object } of wait.client.follow(nameOf(wait.object), wait.object, signal)) {
      if (signal.aborted) return false;
      if (type === "DELETED") return true;
      last = object;
      wait.log.status("info", generalStatus(object).message);
    }
    return false;
  });
  if (gone) return;
  try {
    // The user's cancel must not stop this last look.
    await wait.client.get(nameOf(wait.object), AbortSignal.timeout(5_000));
  } catch (error) {
    if (isNotFound(error)) return;
    wait.log.status("warning", `unexpected error while checking cluster state: ${messageOf(error)}`);
  }
  const finalizers = nested(last, "metadata", "finalizers");
  const names = Array.isArray(finalizers) ? finalizers.join(", ") : "";
  wait.log.log("warning", `finalizers might be preventing deletion (${names})`);
  throw new AwaitError(interruption(wait.cancelled), last);
}

/** Runs a wait with a signal that aborts at the timeout or a cancel, reporting the object's warning events meanwhile. */
async function withDeadline(wait: Wait, run: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, wait.cancelled, AbortSignal.timeout(wait.timeoutMilliseconds)]);
  void reportEvents(wait, signal);
  try {
    return await run(signal);
  } finally {
    ended.abort();
  }
}

async function reportEvents({ api, object, log }: Wait, signal: AbortSignal): Promise<void> {
  for await (const { object: event } of followEvents(api, object, textAt(object, "metadata", "uid"), signal)) {
    if (event.type === "Warning") log.status("warning", `${event.reason}: ${event.message}`);
  }
}

function interruption(cancelled: AbortSignal): string {
  return cancelled.aborted ? "context canceled" : "timed out waiting for the condition";
}
