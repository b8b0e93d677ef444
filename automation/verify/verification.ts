/** `unknown`: it could not be looked at, and `found` says why. */
export type Verdict = "ok" | "wrong" | "unknown";

/** What one look at one object found. */
export interface Check {
  /** Such as `table-index`: the same from version to version. docs/verify.md lists them. */
  readonly id: string;
  /** What was looked at, such as `Deployment carts-kro/carts`. */
  readonly object: string;
  /** What is checked, in a few words: `rolled out`. */
  readonly what: string;
  readonly expected: string;
  /** A line for each thing found. */
  readonly found: string;
  readonly verdict: Verdict;
  /** What to do about it. Not there when the verdict is ok. */
  readonly remedy?: string;
}

/** What `carts verify` found. `--json` prints it as it is; docs/verify.schema.json describes it. */
export interface Verification {
  /** Of this format. */
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  /** The worst of the checks': wrong, then unknown, then ok. */
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** Deployments that `--heal` restarted, as `namespace/name`. The checks were made after it. */
  readonly healed: readonly string[];
}

const WORST: readonly Verdict[] = ["wrong", "unknown", "ok"];

/** The worst of the checks' verdicts; ok when there is none. */
export const worst = (checks: readonly Check[]): Verdict =>
  WORST.find((verdict) => checks.some((check) => check.verdict === verdict)) ?? "ok";
