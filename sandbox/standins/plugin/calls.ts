/** The operations in progress: lets a shutdown cancel them and wait for their end. */
export class Calls {
  readonly #controller = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /** Runs an operation with a signal that aborts on {@link cancel} or on the caller's own signal. */
  async run<T>(caller: AbortSignal, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = operation(AbortSignal.any([caller, this.#controller.signal]));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Aborts every operation, now and from now on. */
  cancel(): void {
    this.#controller.abort(new Error("cancelled"));
  }

  /** Settles when no operation is in progress any more; their errors are not its own. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
