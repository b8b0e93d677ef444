/** Says that something is beyond this stand-in, or not allowed in a sandbox; the text starts with its name. */
export class StandInError extends Error {
  override readonly name = "StandInError";

  constructor(message: string) {
    super(`stand-in aws plugin: ${message}`);
  }
}
