const controller = new AbortController();

/** Aborted by the first Ctrl-C, SIGTERM or hang-up. */
export const interrupted: AbortSignal = controller.signal;

/** Aborts {@link interrupted}, as Ctrl-C does. */
export const interrupt = (): void => controller.abort();

/** From now on the usual signals abort {@link interrupted} instead of ending this process, however often they come. */
export function listenForInterrupts(): void {
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, interrupt);
}
