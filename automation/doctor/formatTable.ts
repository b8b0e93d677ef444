import { styleText } from "node:util";
import { count, printable } from "../../packages/console/index.ts";
import { layOut } from "../../packages/table/index.ts";
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
    ...SHOWN.flatMap((wanted) =>
      byRemedy(findings.filter((one) => one.verdict === wanted)).flatMap(([remedy, ids]) => [
        `${paint(STYLES[wanted], wanted)} ${ids.join(", ")}`,
        `  ${printable(remedy)}`,
        "",
      ]),
    ),
    paint(STYLES[verdict], `${title}: ${summary(findings)}`),
    "",
  ].join("\n");
}

const SHOWN: readonly Verdict[] = ["wrong", "warn", "unknown"];

/** Ids of findings by what is to be done about them. */
function byRemedy(findings: readonly Finding[]): readonly (readonly [remedy: string, ids: readonly string[]])[] {
  const found = new Map<string, string[]>();
  for (const { id, remedy = "" } of findings) found.set(remedy, [...(found.get(remedy) ?? []), id]);
  return [...found];
}

function summary(findings: readonly Finding[]): string {
  const number = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  if (number("ok") === findings.length) return `all ${count(findings.length, "finding")} ok`;
  const [wrong, warn, unknown] = SHOWN.map(number) as [number, number, number];
  const parts = [wrong && `${wrong} wrong`, warn && count(warn, "warning"), unknown && `${unknown} unknown`];
  return [...parts, `${number("ok")} ok`].filter(Boolean).join(", ");
}
