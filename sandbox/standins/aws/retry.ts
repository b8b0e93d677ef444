import { setTimeout as sleep } from "node:timers/promises";

/** How long the official provider waits for IAM to tell its other half, and EKS, of a change: 2 minutes. */
export const propagationMilliseconds = 120_000;

const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 5_000;

/**
 * Runs an operation again, with growing pauses, while it fails with an error that `retryable` accepts; at the deadline,
 * throws the last error. Throws at once on any other error, and when the signal aborts.
 */
export async function retryWhile<T>(
  operation: () => Promise<T>,
  retryable: (error: unknown) => boolean,
  options: { signal: AbortSignal; timeoutMilliseconds: number },
): Promise<T> {
  const deadline = Date.now() + options.timeoutMilliseconds;
  let pause = firstPauseMilliseconds;
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      if (!retryable(error) || Date.now() + pause > deadline) throw error;
    }
    await sleep(pause, undefined, { signal: options.signal });
    pause = Math.min(pause * 2, longestPauseMilliseconds);
  }
}
