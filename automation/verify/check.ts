import { type Reading, Unreadable } from "./reading.ts";
import type { Check } from "./verification.ts";

/** A check before anything is looked at. */
export interface Question {
  readonly id: string;
  readonly object: string;
  readonly what: string;
  readonly expected: string;
  readonly remedy: string;
}

/** What a look at a thing that is there told. */
export interface Answer {
  /** `unknown`: what was seen does not tell, and `found` says why. */
  readonly ok: boolean | "unknown";
  readonly found: string;
  /** In place of the question's. */
  readonly remedy?: string;
}

/** A check of something: wrong where it is not there, unknown where it can't be read, or does not tell. */
export function check<T>({ remedy, ...question }: Question, seen: Reading<T>, answer: (seen: T) => Answer): Check {
  if (seen instanceof Unreadable) return unknownCheck(question, seen);
  const { ok, found, remedy: own = remedy } = seen === undefined ? { ok: false, found: "not there" } : answer(seen);
  if (ok === true) return { ...question, found, verdict: "ok" };
  return { ...question, found, verdict: ok === false ? "wrong" : ok, remedy: own };
}

/** A check that can't be made. */
export const unknownCheck = (question: Omit<Question, "remedy">, { reason, isForbidden }: Unreadable): Check => ({
  ...question,
  found: reason,
  verdict: "unknown",
  remedy: isForbidden
    ? "let this command read it: docs/verify.md lists what it asks"
    : "see what is said there, and look again",
});
