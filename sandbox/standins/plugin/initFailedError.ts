import type { PropertyPath } from "./propertyPath.ts";
import type { Properties } from "./values.ts";

/**
 * Thrown by create, update or read when the resource exists but is not ready. The engine then saves its state together
 * with the reasons, fails the operation, and asks for an update next time, instead of losing track of the resource.
 */
export class InitFailedError extends Error {
  override readonly name = "InitFailedError";
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties;
  readonly reasons: readonly string[];
  readonly secrets: readonly PropertyPath[];

  constructor(
    message: string,
    state: {
      id: string;
      outputs: Properties;
      inputs: Properties;
      reasons: readonly string[];
      secrets?: PropertyPath[];
    },
  ) {
    super(message);
    this.id = state.id;
    this.outputs = state.outputs;
    this.inputs = state.inputs;
    this.reasons = state.reasons;
    this.secrets = state.secrets ?? [];
  }
}
