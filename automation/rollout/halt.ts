import type { Cause } from "../update/index.ts";
import { ChangedMeanwhile } from "./journal.ts";

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

/** Why a rollout goes no further, as it is noted. */
export interface Halted {
  /** A paragraph. */
  readonly why: string;
  /** That is nothing that the definition could be blamed for. */
  readonly isSpared?: boolean;
}

/** @param halted - what has ended the way forward. */
export function haltedBy(halted: unknown, why: string): Halted {
  const isSpared = halted instanceof ChangedMeanwhile || (halted instanceof Halt && halted.why.name === "kro-absent");
  return { why, ...(isSpared && { isSpared }) };
}
