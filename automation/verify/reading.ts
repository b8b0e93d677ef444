import { isForbidden } from "../../packages/live/index.ts";

/** What can't be read. */
export class Unreadable {
  /** A sentence's end, such as `the API server answered with HTTP 403`. */
  readonly reason: string;
  /** A permission is missing, and nothing else is wrong. */
  readonly isForbidden: boolean;

  constructor(reason: string, isForbidden = false) {
    this.reason = reason;
    this.isForbidden = isForbidden;
  }
}

/** What reading a thing gave: undefined for what is not there. */
export type Reading<T> = T | undefined | Unreadable;

/** A reading whose failure tells only of itself. */
export const reading = <T>(work: Promise<T | undefined>): Promise<Reading<T>> =>
  work.catch((error: Error) => new Unreadable(error.message, isForbidden(error)));

export const isThere = <T>(found: Reading<T>): found is T => found !== undefined && !(found instanceof Unreadable);
