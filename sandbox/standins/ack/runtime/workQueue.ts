const BASE_DELAY_MS = 5;
const MAX_DELAY_MS = 1_000_000;

/**
 * The queue of a Kubernetes controller: one worker, a key never twice in line, back-off by key after a failure.
 * The delays are those of controller-runtime's default rate limiter.
 */
export class WorkQueue {
  readonly #work: (key: string) => Promise<number | undefined>;
  readonly #report: (key: string, error: Error, retryMs: number) => void;
  readonly #waiting = new Set<string>();
  readonly #timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();
  #running = false;

  /**
   * @param work handles a key; it returns the milliseconds after which to handle it again, if at all
   * @param report hears of every failure of `work`, and when it is tried again
   */
  constructor(
    work: (key: string) => Promise<number | undefined>,
    report: (key: string, error: Error, retryMs: number) => void,
  ) {
    this.#work = work;
    this.#report = report;
  }

  /** Puts a key in line, now. */
  add(key: string): void {
    this.#waiting.add(key);
    if (!this.#running) void this.#run();
  }

  #addAfter(key: string, delayMs: number): void {
    const at = Date.now() + delayMs;
    const planned = this.#timers.get(key);
    if (planned && planned.at <= at) return;
    clearTimeout(planned?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.add(key);
    }, delayMs);
    this.#timers.set(key, { at, timer });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let [key] = this.#waiting; key !== undefined; [key] = this.#waiting) {
      this.#waiting.delete(key);
      try {
        const againMs = await this.#work(key);
        this.#failures.delete(key);
        if (againMs !== undefined) this.#addAfter(key, againMs);
      } catch (error) {
        const failures = this.#failures.get(key) ?? 0;
        this.#failures.set(key, failures + 1);
        const retryMs = Math.min(BASE_DELAY_MS * 2 ** failures, MAX_DELAY_MS);
        this.#report(key, error as Error, retryMs);
        this.#addAfter(key, retryMs);
      }
    }
    this.#running = false;
  }
}
