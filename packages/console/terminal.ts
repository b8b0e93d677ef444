/** @see https://no-color.org */
export const hasColor = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env.NO_COLOR && !process.env.CI;

/** Whether a person watches: a terminal that can go up lines, and no pipeline's. */
export const isWatched = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env.CI && process.env.TERM !== "dumb";
