import { lastTold } from "./lines.ts";
import { EACH, newsOf, summaryLine, viewLines, wholeOf } from "./overview.ts";
import type { InstanceState } from "./progress.ts";
import { Redraw } from "./redraw.ts";

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
/** Milliseconds between two summaries of many instances, where nothing is drawn. */
const SUMMARY = 30_000;

/** Prints Pulumi's output, and below it or between it what kro does. */
export class Printer {
  readonly #options: PrinterOptions;
  readonly #started = Date.now();
  readonly #redraw: Redraw | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #scheduled: NodeJS.Timeout | undefined;
  #last: readonly InstanceState[] = [];
  /** The last summary, and when it was due. */
  #summary = { text: "", at: Date.now() };

  constructor(options: PrinterOptions) {
    const { stream, redraw, color, state } = options;
    this.#options = options;
    if (!redraw) return;
    this.#redraw = new Redraw(stream, (width, rows) => viewLines(state(), { color, width, now: Date.now() }, rows));
    this.#timer = setInterval(() => this.#draw(), IDLE).unref();
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
    if (this.#redraw) this.#redraw.print(text);
    else this.#options.stream.write(text);
  };

  /** Leaves the last state as it is. */
  end(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#scheduled);
    this.#draw();
    if (this.#redraw) this.#redraw.end();
    else this.#summarize();
  }

  #draw(): void {
    if (this.#redraw) {
      this.#redraw.draw();
      return;
    }
    const instances = this.#options.state();
    for (const line of newsOf(this.#last, instances)) this.#writeLine(line);
    this.#last = lastTold(this.#last, instances);
    if (Date.now() >= this.#summary.at + SUMMARY) this.#summarize();
  }

  /** How many of many instances are how far, unless that was said already. */
  #summarize(): void {
    if (this.#last.length <= EACH) return;
    const text = summaryLine(this.#last.map(wholeOf));
    if (text !== this.#summary.text) this.#writeLine(text);
    this.#summary = { text, at: Date.now() };
  }

  #writeLine(line: string): void {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    this.#options.stream.write(`${`${seconds}s`.padStart(5)}  ${line}\n`);
  }
}
