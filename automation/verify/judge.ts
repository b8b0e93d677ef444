import { type Found, Unreadable } from "../../packages/live/index.ts";
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
  readonly ok: boolean;
  readonly found: string;
  /** In place of the question's. */
  readonly remedy?: string;
}

/** A check of something: wrong where it is not there, unknown where it can't be read. */
export function judge<T>({ remedy, ...question }: Question, seen: Found<T>, answer: (seen: T) => Answer): Check {
  if (seen instanceof Unreadable) return unknown(question, seen.reason);
  const { ok, found, remedy: own = remedy } = seen === undefined ? { ok: false, found: "not there" } : answer(seen);
  return ok ? { ...question, found, verdict: "ok" } : { ...question, found, verdict: "wrong", remedy: own };
}

/** A check that can't be made. */
export const unknown = (question: Omit<Question, "remedy">, reason: string): Check => ({
  ...question,
  found: reason,
  verdict: "unknown",
  remedy: "let this command read it: docs/verify.md lists what it asks",
});
