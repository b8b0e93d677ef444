/** Refuses what the stand-in does not do, so that no test or user takes it for the official plugin. */
export class StandInError extends Error {
  override readonly name = "StandInError";

  constructor(what: string) {
    super(`stand-in kubernetes plugin: ${what}`);
  }
}
