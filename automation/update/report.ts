import type { Drift } from "../../packages/kro-preview/index.ts";
import type { ClusterChoice } from "../../packages/live/index.ts";
import type { Outputs, StackChoice } from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";
import type { Left } from "./leftBehind.ts";
import type { InstanceState } from "./live/progress.ts";

/** How an update ended. `blocked`: it did not begin, because of a lock, of what a killed run left, of an RGD in use, of a table that would be lost, or of what a cluster lacks. */
export type Result = "succeeded" | "failed" | "interrupted" | "timed-out" | "blocked";

/** What `up` and `destroy` did. `--json` prints it; docs/pipelines.md describes it. */
export interface UpdateReport {
  /** Of this format. */
  readonly version: 1;
  readonly command: "up" | "destroy";
  readonly project: string;
  readonly stack: string;
  readonly result: Result;
  /** How many resources were changed, by Pulumi's word for the change. */
  readonly changes: Readonly<Record<string, number>>;
  readonly outputs: Outputs;
  /** What was not as the last update had left it, and was to be put right. Of `destroy` nothing is known. */
  readonly drift: readonly Drift[];
  /** What kro did, as it was last seen. */
  readonly instances: readonly InstanceState[];
  /** Of a destroy: what is still there, in AWS, in the cluster and in the stack. */
  readonly left?: readonly Left[];
  /** Deployments that were restarted because their pods had no credentials, as `namespace/name`. */
  readonly healed: readonly string[];
  /** Why it did not succeed. */
  readonly cause?: Cause;
  readonly seconds: number;
}

/** How a stack is changed. */
export interface UpdateOptions extends StackChoice, ClusterChoice {
  /** Milliseconds until it is cancelled. Default: never. */
  readonly timeout?: number;
  /** Recover what a killed run left. */
  readonly resume?: boolean;
  /** Of the update, in the stack's history. */
  readonly message?: string;
  /** Whether an `up` looks at what it stands on before it begins. Default true. */
  readonly preflight?: boolean;
  /** Whether an `up` may apply a definition that a rollout went back from. Default false. */
  readonly allowRolledBack?: boolean;
  /** How many resources Pulumi works on at a time. Default: as its environment says, else 100. */
  readonly parallel?: number;
}
