import { interrupted } from "../../packages/console/index.ts";

/**
 * A signal that is aborted by the second Ctrl-C or SIGTERM. The first halts a rollout, which then goes back; the second
 * ends that as well.
 */
export function secondInterrupt(): AbortSignal {
  const second = new AbortController();
  let heard = interrupted.aborted ? 1 : 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      heard += 1;
      if (heard > 1) second.abort(new Error("interrupted once more"));
    });
  }
  return second.signal;
}
