import { setTimeout as sleep } from "node:timers/promises";

/** How many times as long as a look took, until the next is begun: with hundreds of steps it is no small one. */
const REST = 5;

/** Gathers what is to be looked at while another look is under way, or has just been. */
export class Batches {
  readonly #look: (items: readonly string[]) => Promise<void>;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<string>();
  #next: Promise<void> | undefined;
  #rest: Promise<unknown> = Promise.resolve();

  /**
   * @param look - at all that have come meanwhile. It never throws.
   * @param signal - after which nobody waits for the next look.
   */
  constructor(look: (items: readonly string[]) => Promise<void>, signal: AbortSignal) {
    this.#look = look;
    this.#signal = signal;
  }

  /** When it has been looked at. */
  add(item: string): Promise<void> {
    this.#waiting.add(item);
    this.#next ??= this.#rest.then(async () => {
      const items = [...this.#waiting];
      this.#waiting.clear();
      this.#next = undefined;
      const started = performance.now();
      const looked = this.#look(items);
      const rest = () => sleep(REST * (performance.now() - started), undefined, { signal: this.#signal });
      this.#rest = looked.then(rest).catch(() => {});
      await looked;
    });
    return this.#next;
  }
}
