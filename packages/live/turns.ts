/** One of several requests to a server. */
export interface Turn {
  /** Aborted when its time is over. */
  readonly late: AbortSignal;
  /** Its time begins, unless it has. */
  readonly begin: () => void;
  readonly end: () => void;
}

/**
 * The times of requests to one server, of which few go on at a time: that of one which waits for the others begins when it
 * is begun. Where the server has answered nothing while one had its time, those that wait are late as well.
 */
export class Turns {
  readonly #atATime: number;
  readonly #seconds: number;
  readonly #waiting = new Set<AbortController>();
  #begun = 0;
  #heard = Number.NEGATIVE_INFINITY;

  constructor(atATime: number, seconds: number) {
    this.#atATime = atATime;
    this.#seconds = seconds;
  }

  /** For one more request, which begins at once unless there are as many as may be. */
  take(): Turn {
    const late = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    this.#waiting.add(late);
    const begin = () => {
      if (!this.#waiting.delete(late)) return;
      this.#begun++;
      const since = performance.now();
      timer = setTimeout(() => {
        late.abort();
        if (this.#heard < since) for (const one of this.#waiting) one.abort();
      }, this.#seconds * 1000).unref();
    };
    const end = () => {
      clearTimeout(timer);
      if (!this.#waiting.delete(late)) this.#begun--;
    };
    if (this.#begun < this.#atATime) begin();
    return { late: late.signal, begin, end };
  }

  /** The server has answered. */
  heard(): void {
    this.#heard = performance.now();
  }
}
