import { styleText } from "node:util";
import wrapAnsi from "wrap-ansi";
import { count, pad, printable, textWidth } from "../../packages/console/index.ts";
import type { Check, Verdict, Verification } from "./verification.ts";

export interface TableOptions {
  /** With the terminal's colours. */
  readonly color: boolean;
  /** Columns of the terminal. Default 120. */
  readonly width?: number;
}

const STYLES = { ok: "green", wrong: "red", unknown: "yellow" } as const;

/** Columns between two cells. */
const GAP = 2;

/** A table of verdict, check, expected and found, by object; below it, what to do about each check that is not ok. Ends with a newline. */
export function formatTable(verification: Verification, { color, width = 120 }: TableOptions): string {
  const { project, stack, checks, healed } = verification;
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const rows = checks.map(({ verdict, what, expected, found }) => [verdict, what, expected, found]);
  const widths = columns([HEAD, ...rows], width);
  const painted = checks.flatMap(({ object, verdict }, i) => {
    const [verdictWidth] = widths as [number];
    const lines = rowLines(rows[i]!, widths).map(
      (line) => paint(STYLES[verdict], line.slice(0, verdictWidth)) + line.slice(verdictWidth),
    );
    return object === checks[i - 1]?.object ? lines : ["", paint("bold", printable(object)), ...lines];
  });
  return [
    ...healed.map((name) => `restarted Deployment ${printable(name)}`),
    paint("dim", rowLines(HEAD, widths)[0]!),
    ...painted,
    "",
    ...checks.flatMap((check) => remedyLines(check, (text) => paint(STYLES[check.verdict], text))),
    paint(STYLES[verification.verdict], `${project}/${stack}: ${summary(checks)}`),
    "",
  ].join("\n");
}

const HEAD = ["", "check", "expected", "found"];

/** Widths of the columns: as wide as what is in them, but the last three share what the terminal has. */
function columns(rows: readonly (readonly string[])[], width: number): number[] {
  const natural = HEAD.map((_, i) => Math.max(...rows.flatMap((row) => cellLines(row[i]!).map(textWidth))));
  const [verdict, ...others] = natural as [number, ...number[]];
  let left = Math.max(width - verdict - GAP * others.length, others.length * 20);
  // The narrowest first: what it leaves is for the others.
  const given = new Map<number, number>();
  const order = others.map((_, i) => i).sort((a, b) => others[a]! - others[b]!);
  for (const [n, i] of order.entries()) {
    given.set(i, Math.min(others[i]!, Math.floor(left / (order.length - n))));
    left -= given.get(i)!;
  }
  return [verdict, ...others.map((_, i) => given.get(i)!)];
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

function remedyLines({ object, what, verdict, remedy }: Check, paint: (text: string) => string): string[] {
  return remedy === undefined
    ? []
    : [`${paint(verdict)} ${printable(`${object}: ${what}`)}`, `  ${printable(remedy)}`, ""];
}

function summary(checks: readonly Check[]): string {
  const number = (wanted: Verdict) => checks.filter(({ verdict }) => verdict === wanted).length;
  const [wrong, unknown] = [number("wrong"), number("unknown")];
  if (wrong + unknown === 0) return `all ${count(checks.length, "check")} ok`;
  return `${[wrong && `${wrong} wrong`, unknown && `${unknown} unknown`, `${number("ok")} ok`].filter(Boolean).join(", ")}`;
}
