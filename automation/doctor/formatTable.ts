import { styleText } from "node:util";
import { count, layOut, printable } from "../../packages/console/index.ts";
import type { Diagnosis, Finding, Verdict } from "./finding.ts";

export interface TableOptions {
  /** With the terminal's colours. */
  readonly color: boolean;
  /** Columns of the terminal. Default 120. */
  readonly width?: number;
}

const STYLES = { ok: "green", wrong: "red", warn: "yellow", unknown: "yellow" } as const;
const HEAD = ["", "id", "wanted", "found"];

/** A table of verdict, id, wanted and found, by topic; below it, what to do about each finding that is not ok. Ends with a newline. */
export function formatTable(diagnosis: Diagnosis, { color, width = 120 }: TableOptions): string {
  const { findings, verdict } = diagnosis;
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const cells = findings.map((one) => [one.verdict, one.id, one.wanted, one.found]);
  const { rows, firstWidth } = layOut([HEAD, ...cells], width);
  const painted = findings.flatMap(({ topic, verdict }, i) => {
    const lines = rows[i + 1]!.map(
      (line) => paint(STYLES[verdict], line.slice(0, firstWidth)) + line.slice(firstWidth),
    );
    return topic === findings[i - 1]?.topic ? lines : ["", paint("bold", topic), ...lines];
  });
  const title = diagnosis.stack === undefined ? "without a stack" : `${diagnosis.project}/${diagnosis.stack}`;
  return [
    paint("dim", rows[0]![0]!),
    ...painted,
    "",
    ...SHOWN.flatMap((wanted) => findings.filter((one) => one.verdict === wanted)).flatMap((one) =>
      remedyLines(one, (text) => paint(STYLES[one.verdict], text)),
    ),
    paint(STYLES[verdict], `${title}: ${summary(findings)}`),
    "",
  ].join("\n");
}

const SHOWN: readonly Verdict[] = ["wrong", "warn", "unknown"];

/** A finding that is not ok, for a place without a table: what was found, and what to do. */
export const findingText = ({ id, found, remedy }: Finding): string =>
  printable(`${id}: ${found.replaceAll("\n", ", ")}. ${remedy ?? ""}`);

const remedyLines = ({ id, verdict, remedy }: Finding, paint: (text: string) => string): string[] =>
  remedy === undefined ? [] : [`${paint(verdict)} ${id}`, `  ${printable(remedy)}`, ""];

function summary(findings: readonly Finding[]): string {
  const number = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  if (number("ok") === findings.length) return `all ${count(findings.length, "finding")} ok`;
  const [wrong, warn, unknown] = SHOWN.map(number) as [number, number, number];
  const parts = [wrong && `${wrong} wrong`, warn && count(warn, "warning"), unknown && `${unknown} unknown`];
  return [...parts, `${number("ok")} ok`].filter(Boolean).join(", ");
}
