import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** A resource that Pulumi works on. */
export interface UnderWayStep {
  readonly urn: string;
  /** Such as `aws:iam/role:Role`. */
  readonly type: string;
  /** Pulumi's word: `create`, `update`, `delete`, `create-replacement` ... */
  readonly op: string;
}

/** What an update has begun with, and is not done with. */
export class UnderWay {
  readonly #steps = new Map<string, UnderWayStep>();

  /** To be called with each of the engine's events. */
  readonly onEvent = ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent): void => {
    const begun = resourcePreEvent?.metadata;
    // A component is done when its children are.
    if (begun && begun.op !== "same" && (begun.new ?? begun.old)?.custom) {
      this.#steps.set(begun.urn, { urn: begun.urn, type: begun.type, op: begun.op });
    }
    const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
    if (ended && this.#steps.get(ended.urn)?.op === ended.op) this.#steps.delete(ended.urn);
  };

  get steps(): readonly UnderWayStep[] {
    return [...this.#steps.values()];
  }
}
