import wrapAnsi from "wrap-ansi";
import { pad, printable, textWidth } from "../console/index.ts";

/** A table as lines, ready to be painted. */
export interface Table {
  /** The lines of each row, in their order. */
  readonly rows: readonly (readonly string[])[];
  /** Columns that the first cell of each row takes. */
  readonly firstWidth: number;
}

/** Columns between two cells. */
const GAP = 2;

/** The least that a column gets which has to share. */
const LEAST = 20;

/**
 * Lays rows out. The first column is as wide as what is in it, the others share what is left of the terminal, and wrap.
 *
 * @param rows - of cells, the head's among them; a cell may have several lines.
 * @param width - of the terminal, in columns.
 */
export function layOut(rows: readonly (readonly string[])[], width: number): Table {
  const widths = columns(rows, width);
  return { rows: rows.map((row) => rowLines(row, widths)), firstWidth: widths[0] ?? 0 };
}

function columns(rows: readonly (readonly string[])[], width: number): number[] {
  const natural = (rows[0] ?? []).map((_, i) => Math.max(...rows.flatMap((row) => cellLines(row[i]!).map(textWidth))));
  const [first = 0, ...others] = natural;
  let left = Math.max(width - first - GAP * others.length, others.length * LEAST);
  // The narrowest first: what it leaves is for the others.
  const given = new Map<number, number>();
  const order = others.map((_, i) => i).sort((a, b) => others[a]! - others[b]!);
  for (const [n, i] of order.entries()) {
    given.set(i, Math.min(others[i]!, Math.floor(left / (order.length - n))));
    left -= given.get(i)!;
  }
  return [first, ...others.map((_, i) => given.get(i)!)];
}

const cellLines = (text: string): string[] => text.split("\n").map(printable);

function rowLines(row: readonly string[], widths: readonly number[]): string[] {
  const cells = row.map((text, i) =>
    cellLines(text).flatMap((line) => wrapAnsi(line, widths[i]!, { hard: true }).split("\n")),
  );
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, i) => pad(lines[line] ?? "", widths[i]!))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}
