import { changeLines, treeLines } from "./lines.ts";
import type { InstanceState } from "./progress.ts";

/** Where progress goes, and how. */
export interface PrinterOptions {
  readonly stream: NodeJS.WriteStream;
  /** Whether the tree may be drawn over and over: a terminal that a person watches. */
  readonly redraw: boolean;
  readonly color: boolean;
  readonly state: () => readonly InstanceState[];
}

/** Milliseconds between two drawings. */
const INTERVAL = 250;
/** Milliseconds between two drawings when nothing changes, for the ages. */
const IDLE = 1000;

/** Prints Pulumi's output, and below it or between it what kro does. */
export class Printer {
  readonly #options: PrinterOptions;
  readonly #started = Date.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #scheduled: NodeJS.Timeout | undefined;
  #drawn = 0;
  #last: readonly InstanceState[] = [];
  #partial = "";

  constructor(options: PrinterOptions) {
    this.#options = options;
    if (options.redraw) this.#timer = setInterval(() => this.#draw(), IDLE).unref();
  }

  /** To be called after a change: it is shown soon. */
  readonly changed = (): void => {
    this.#scheduled ??= setTimeout(() => {
      this.#scheduled = undefined;
      this.#draw();
    }, INTERVAL).unref();
  };

  /** Prints text for good: above the tree, where there is one. */
  readonly write = (text: string): void => {
    if (!this.#options.redraw) {
      this.#options.stream.write(text);
      return;
    }
    const lines = `${this.#partial}${text}`.split("\n");
    this.#partial = lines.pop()!;
    if (lines.length === 0) return;
    this.#erase();
    this.#options.stream.write(`${lines.join("\n")}\n`);
    this.#draw();
  };

  /** Leaves the last state as it is. */
  end(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#scheduled);
    if (this.#partial) this.write("\n");
    this.#draw();
    this.#drawn = 0;
  }

  #draw(): void {
    const { stream, redraw, color, state } = this.#options;
    const instances = state();
    if (!redraw) {
      const seconds = Math.round((Date.now() - this.#started) / 1000);
      for (const line of changeLines(this.#last, instances)) stream.write(`${`${seconds}s`.padStart(5)}  ${line}\n`);
      this.#last = instances;
      return;
    }
    const [width, height] = [stream.columns || 80, stream.rows || 24];
    const all = instances.flatMap((instance) => treeLines(instance, { color, width, now: Date.now() }));
    const lines = all.slice(0, Math.max(1, height - 2));
    this.#erase();
    if (lines.length > 0) stream.write(`${lines.join("\n")}\n`);
    this.#drawn = lines.length;
  }

  /** Up to where the tree began, and away with all below. */
  #erase(): void {
    if (this.#drawn > 0) this.#options.stream.write(`\u001b[${this.#drawn}A\u001b[0J`);
    this.#drawn = 0;
  }
}
