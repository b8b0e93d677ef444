/** A difference between kro and the rendering that is known, and stays for now. */
export interface Known {
  /** Why. */
  readonly why: string;
  /** The lines that tell of it. */
  readonly lines: RegExp;
}

/** Of the RGDs for kro's features: when one is gone, its entry goes. */
export const KNOWN_OF_FEATURES: readonly Known[] = [];

/** Of random RGDs. */
export const KNOWN_OF_RANDOM: readonly Known[] = [];

/** Those of these lines that no known difference explains. */
export const unknown = (lines: readonly string[], known: readonly Known[]): string[] =>
  lines.filter((line) => !known.some(({ lines }) => lines.test(line)));
