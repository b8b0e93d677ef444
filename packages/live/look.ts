/** What can't be read, such as for want of a permission. */
export class Unreadable {
  /** A sentence's end, such as `the API server answered with HTTP 403`. */
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** What a look found: undefined for what is not there. */
export type Found<T> = T | undefined | Unreadable;

/** A look whose failure tells only of itself. */
export const look = <T>(work: Promise<T | undefined>): Promise<Found<T>> =>
  work.catch((error: Error) => new Unreadable(error.message));
