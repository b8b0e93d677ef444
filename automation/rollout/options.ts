import type { ClusterChoice } from "../../packages/live/index.ts";
import type { StackChoice } from "../stack/index.ts";
import type { StageOptions } from "./stages.ts";

/** What is rolled out, and how. */
export interface RolloutOptions extends StackChoice, ClusterChoice, StageOptions {
  /** Milliseconds for which all that were let go must be healthy without a break, before the next stage. */
  readonly soak: number;
  /** Milliseconds that a stage may take. */
  readonly timeout: number;
  /** What becomes of a stage that fails: `hold` leaves it as it is for somebody to look at. */
  readonly onFailure: "back" | "hold";
  /** Of the update, in the stack's history. */
  readonly message?: string;
}
