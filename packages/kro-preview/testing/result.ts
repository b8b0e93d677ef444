import type { FieldChange } from "../changes.ts";

/** What is not as expected. */
export interface Failure {
  /** A line, without a full stop. */
  readonly message: string;
  /** The fields that differ: `before` is what was expected, `after` what was found. */
  readonly fields?: readonly FieldChange[];
}

/** How a test went. */
export interface TestResult {
  readonly name: string;
  /** Where it is in its file, from 1. */
  readonly line: number;
  /** None: it passed. */
  readonly failures: readonly Failure[];
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** What it expects of all children, where it has a snapshot. */
  readonly snapshot?: { readonly path: string; readonly text: string };
}

/** How the tests of a file went. */
export interface FileResult {
  /** As it was named. */
  readonly file: string;
  readonly tests: readonly TestResult[];
}
