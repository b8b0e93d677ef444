import { isForbidden } from "../../packages/live/index.ts";

/** `warn`: it may work as it is. `unknown`: it was not, or could not be, looked at, and `found` says why. */
export type Verdict = "ok" | "wrong" | "warn" | "unknown";

/** What one question found. */
export interface Finding {
  /** Such as `kro-permissions`: the same from version to version. docs/doctor.md lists them. */
  readonly id: string;
  /** What it is about, such as `kro`. */
  readonly topic: string;
  readonly verdict: Verdict;
  /** A line for each thing found. */
  readonly found: string;
  readonly wanted: string;
  /** What to do about it. Not there when the verdict is ok. */
  readonly remedy?: string;
}

/** What `carts doctor` found. `--json` prints it as it is; docs/doctor.schema.json describes it. */
export interface Diagnosis {
  /** Of this format. */
  readonly version: 1;
  /** Neither is there where no stack was named. */
  readonly project?: string;
  readonly stack?: string;
  /** The worst of the findings': wrong, then warn, then unknown, then ok. */
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

/** What was found, in a sentence. A line that lacks its end goes on with the next. */
export const onOneLine = ({ found }: Pick<Finding, "found">): string =>
  found.replaceAll(/(?<=:| may not)\n/g, " ").replaceAll("\n", ", ");

const WORST: readonly Verdict[] = ["wrong", "warn", "unknown", "ok"];

/** The worst of the findings' verdicts; ok when there is none. */
export const worst = (findings: readonly Pick<Finding, "verdict">[]): Verdict =>
  WORST.find((verdict) => findings.some((finding) => finding.verdict === verdict)) ?? "ok";

/** Why something is not looked at: the end of a sentence, and what would let it be. */
export class NotChecked extends Error {
  readonly remedy: string;

  /** @param cause - the failure that it follows from. */
  constructor(why: string, remedy: string, cause?: Error) {
    super(why, { cause });
    this.remedy = remedy;
  }
}

/** What a look told. */
export interface Answer {
  readonly verdict: Verdict;
  readonly found: string;
  /** There unless the verdict is ok. */
  readonly remedy?: string;
  /** It may be otherwise in a moment, with nobody doing anything. */
  readonly mayPass?: boolean;
}

export const ok = (found: string): Answer => ({ verdict: "ok", found });
export const wrong = (found: string, remedy: string): Answer => ({ verdict: "wrong", found, remedy });
export const warn = (found: string, remedy: string): Answer => ({ verdict: "warn", found, remedy });
export const unknown = (found: string, remedy: string): Answer => ({ verdict: "unknown", found, remedy });

/** What a look told that failed. */
export function answerTo(error: unknown): Answer {
  if (error instanceof NotChecked) return unknown(`not checked: ${error.message}`, error.remedy);
  const { message } = error as Error;
  return unknown(
    `could not be looked at: ${message}`,
    isForbidden(error)
      ? "let this command read it: docs/doctor.md lists what it asks"
      : "see what is said there, and look again",
  );
}
