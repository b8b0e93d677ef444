import fc, { type GeneratorValue } from "fast-check";

/** Chance, one choice after the other, from one seed. */
export class Draw {
  readonly #next: GeneratorValue;

  constructor(next: GeneratorValue) {
    this.#next = next;
  }

  /** From `min` to `max`, both included. */
  int(min: number, max: number): number {
    return this.#next(fc.integer, { min, max });
  }

  /** True in so many of a hundred. */
  chance(percent: number): boolean {
    return this.int(1, 100) <= percent;
  }

  of<T>(...items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }

  /** Calls one of these, and only that one. */
  one<T>(...makers: readonly (() => T)[]): T {
    return this.of(...makers)();
  }

  /** As many as chance has it, from `min` to `max`. */
  some<T>(min: number, max: number, make: (i: number) => T): T[] {
    return Array.from({ length: this.int(min, max) }, (_, i) => make(i));
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    return items.map(() => rest.splice(this.int(0, rest.length - 1), 1)[0]!);
  }
}
