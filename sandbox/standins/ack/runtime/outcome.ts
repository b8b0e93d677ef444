/**
 * What a step of a reconcile leaves behind. ACK's steps return both at once: the object with the conditions that
 * are to be written, and the error that decides when to come back. No `latest` means: write no status at all.
 */
export interface Outcome<T> {
  latest?: T | undefined;
  error?: Error | undefined;
}

/** Nothing but a change of the object can help; its message goes into ACK.Terminal. */
export class TerminalError extends Error {}

/** The object already says ACK.Terminal: write its status and wait for a change. */
export class InTerminalCondition extends Error {
  constructor() {
    super("resource is in terminal condition");
  }
}

/** AWS has nothing of that name. */
export class NotFound extends Error {
  constructor(message = "resource not found") {
    super(message);
  }
}

/** Come back later; without a delay as soon as the queue's back-off allows. */
export class Requeue extends Error {
  readonly afterMs: number | undefined;

  constructor(message: string, afterMs?: number) {
    super(message);
    this.afterMs = afterMs;
  }
}
