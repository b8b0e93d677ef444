import type { Cause } from "../update/index.ts";

/** Why a rollout goes no further. */
export class Halt extends Error {
  readonly why: Cause;
  /** The time of `--timeout` is over. */
  readonly isLate: boolean;

  constructor(why: Cause, isLate = false) {
    super(why.message);
    this.why = why;
    this.isLate = isLate;
  }
}
