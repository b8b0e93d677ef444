import { interrupted } from "../console/index.ts";

/** So many pieces of work are done in one go. */
const AT_ONCE = 50;

/** Pieces of work, one by one. Ctrl-C is heard between two of them, and never within one. */
export async function* breathing<T>(work: readonly T[]): AsyncGenerator<T> {
  for (const [i, piece] of work.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) {
      await new Promise((done) => setImmediate(done));
      interrupted.throwIfAborted();
    }
    yield piece;
  }
}
