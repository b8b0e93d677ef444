/** An expression needs something of kro's CEL that previews don't have: it is left out rather than evaluated wrongly. */
export class UnsupportedError extends Error {
  /** @param message a sentence without its stop; see {@link unsupported} */
  constructor(message: string) {
    super(message);
    this.name = "UnsupportedError";
  }
}

/** @param what such as `a timestamp() with a time zone` */
export const unsupported = (what: string): UnsupportedError =>
  new UnsupportedError(`${what} of kro's CEL is not supported in previews`);
