/** What an API answered in place of what it was asked for. Where it could not be asked at all, there is a plain Error. */
export class ApiError extends Error {
  /** Of HTTP. */
  readonly status: number;
  /** A permission is missing, and nothing else is wrong. */
  readonly isForbidden: boolean;

  constructor(message: string, status: number, isForbidden: boolean = status === 403) {
    super(message);
    this.status = status;
    this.isForbidden = isForbidden;
  }
}

/** Whether a failure is a missing permission, and no more. */
export const isForbidden = (error: unknown): boolean => error instanceof ApiError && error.isForbidden;

/** Whether the API will refuse the same request again: it is the request that is wrong, not the moment. */
export const isRefused = (error: unknown): boolean =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && !MOMENTARY.has(error.status);

/** Conflict, and too many requests. */
const MOMENTARY = new Set([409, 429]);
