const controller = new AbortController();
const force = new AbortController();

/** Aborted by the first Ctrl-C, SIGTERM or hang-up. */
export const interrupted: AbortSignal = controller.signal;

/** Aborted by a SIGTERM that comes when {@link interrupted} is already: who sends it waits only seconds until it kills. */
export const forced: AbortSignal = force.signal;

/** Aborts {@link interrupted}, as Ctrl-C does. */
export const interrupt = (): void => controller.abort();

/** From now on the usual signals abort {@link interrupted}, and then {@link forced}, instead of ending this process. */
export function listenForInterrupts(): void {
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (name === "SIGTERM" && interrupted.aborted) force.abort();
      interrupt();
    });
  }
}
