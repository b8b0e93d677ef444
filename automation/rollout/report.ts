import type { Cause } from "../update/index.ts";

/** A stage, and how far it came. */
export interface StageReport {
  /** From 1; 0 for what was let go before a killed run was gone on with. */
  readonly stage: number;
  /** `namespace/name` of each. */
  readonly instances: readonly string[];
  /** `untouched`: kro has changed nothing of them. `failed`: they were let go, and were not seen to be well for long enough. */
  readonly state: "untouched" | "verified" | "failed";
}

/** What `carts rollout` did, or would do. `--json` prints it; docs/rollout.md describes it. */
export interface RolloutReport {
  /** Of this format. */
  readonly version: 1;
  readonly command: "rollout";
  readonly project: string;
  readonly stack: string;
  /** Name of the RGD. */
  readonly definition: string;
  /** `nothing`: nothing is to be rolled out, or to go back from; `refused`: nothing was changed; `asked`: nobody has said yes. */
  readonly result: "nothing" | "refused" | "asked" | "succeeded" | "failed" | "timed-out" | "interrupted";
  /** `done`: the last good definition is in the state and in the cluster, and nothing is held. Undefined where nobody went back. */
  readonly back?: "done" | "failed";
  readonly stages: readonly StageReport[];
  /** `namespace/name` of those that the rollout still holds. */
  readonly held: readonly string[];
  /** Instances that are not healthy at the end, and why. */
  readonly sick: readonly { readonly instance: string; readonly cause: Cause }[];
  /** kro's numbers of the GraphRevision that was last good, and of the one that it has now. */
  readonly revisions: { readonly lastGood: number; readonly now: number };
  /** Why it can't begin: sentences. */
  readonly refused: readonly string[];
  /** What is good to know: sentences. */
  readonly notes: readonly string[];
  /** Why it halted. */
  readonly cause?: Cause;
  readonly seconds: number;
}
