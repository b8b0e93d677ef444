import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type ClusterClient } from "../../packages/live/index.ts";

/** Milliseconds for which a cluster may not answer, and until it is asked again. */
const PATIENCE = 60_000;
const INTERVAL = 1000;

/**
 * A cluster that is asked again when it does not answer, or says that it can't just now: a rollout does not halt for that.
 * Nothing is asked of it that can't be asked twice.
 *
 * @param signal - ends it.
 */
export function patient(cluster: ClusterClient, signal: AbortSignal, interval = INTERVAL): ClusterClient {
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    for (const end = Date.now() + PATIENCE; ; ) {
      try {
        return await work();
      } catch (error) {
        const isAnswer = error instanceof ApiError && error.status < 500 && error.status !== 429;
        if (isAnswer || signal.aborted || Date.now() > end) throw error;
        await sleep(interval, undefined, { signal });
      }
    }
  };
  return {
    ...cluster,
    get: (...args) => again(() => cluster.get(...args)),
    list: (...args) => again(() => cluster.list(...args)),
    pluralOf: (...args) => again(() => cluster.pluralOf(...args)),
    patch: (...args) => again(() => cluster.patch(...args)),
    review: (...args) => again(() => cluster.review(...args)),
  };
}
