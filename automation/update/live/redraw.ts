import { createRequire } from "node:module";

/** Lines at the foot of a terminal that are drawn over and over, below all that is printed for good. */
export class Redraw {
  readonly #stream: NodeJS.WriteStream;
  readonly #lines: (width: number, rows: number) => readonly string[];
  readonly #logUpdate: typeof import("log-update").default;
  #partial = "";
  #isDrawn = false;
  #soon: NodeJS.Immediate | undefined;

  /** @param lines - what there is to draw now, of that many columns and rows. Those that there is no room for are left out. */
  constructor(stream: NodeJS.WriteStream, lines: (width: number, rows: number) => readonly string[]) {
    this.#stream = stream;
    this.#lines = lines;
    // A terminal that doesn't know its size says 0, which would be no room at all.
    stream.columns ||= 80;
    stream.rows ||= 24;
    // Loaded here, since few commands draw.
    const { createLogUpdate } = createRequire(import.meta.url)("log-update") as typeof import("log-update");
    this.#logUpdate = createLogUpdate(stream, { showCursor: true });
  }

  /** Draws the lines in place of those before. */
  draw(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const rows = Math.max(1, this.#stream.rows - 2);
    const lines = this.#lines(this.#stream.columns, rows).slice(0, rows);
    if (lines.length > 0) this.#logUpdate(lines.join("\n"));
    else this.#logUpdate.clear();
    this.#isDrawn = true;
  }

  /** Prints text for good, above the lines, the last line of it when its end has come. They are drawn once for all that comes at a time. */
  print(text: string): void {
    const printed = `${this.#partial}${text}`.split("\n");
    this.#partial = printed.pop()!;
    if (printed.length === 0) return;
    if (this.#isDrawn) this.#logUpdate.clear();
    this.#isDrawn = false;
    this.#stream.write(`${printed.join("\n")}\n`);
    this.#soon ??= setImmediate(() => this.draw());
  }

  /** Leaves the lines as they are now. */
  end(): void {
    if (this.#partial) this.print("\n");
    this.draw();
    this.#logUpdate.done();
  }
}
