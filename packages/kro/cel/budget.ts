import { UnsupportedError } from "./unsupported.ts";

/** Elements that one expression may go over, in all. kro itself has no limit; the API server's, in another unit, is a fifth. */
const MOST = 5_000_000;

let left = MOST;

const EXHAUSTED = new UnsupportedError(
  `an expression that goes over more than ${MOST / 1_000_000} million elements is not evaluated in previews`,
);

/** At the beginning of an evaluation. */
export function renewBudget(): void {
  left = MOST;
}

/**
 * Counts what an evaluation goes over, before it does.
 *
 * @throws UnsupportedError when it is too much.
 */
export function spend(elements: number): void {
  left -= elements;
  // Always the same: macros that go on behind an error come here often.
  if (left < 0) throw EXHAUSTED;
}

/** As {@link spend}, for what goes over all of a value: a text's characters are cheap. */
export function spendOn(value: unknown): void {
  if (Array.isArray(value)) spend(value.length);
  else if (typeof value === "string") spend(value.length / 100);
  else if (value instanceof Map) spend(value.size);
}
