import { interrupted } from "../../packages/console/index.ts";

/** Milliseconds within which one Ctrl-C may be heard twice: from the terminal, and from a wrapper that passes it on. */
const SAME = 1000;

/**
 * A signal that is aborted by the second Ctrl-C or SIGTERM. The first halts a rollout, which then goes back; the second
 * ends that as well.
 */
export function secondInterrupt(): AbortSignal {
  const second = new AbortController();
  let first = interrupted.aborted ? 0 : undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      first ??= Date.now();
      if (Date.now() - first > SAME) second.abort(new Error("interrupted once more"));
    });
  }
  return second.signal;
}
