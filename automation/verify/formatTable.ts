import { styleText } from "node:util";
import { count, printable } from "../../packages/console/index.ts";
import { layOut } from "../../packages/table/index.ts";
import type { Check, Verdict, Verification } from "./verification.ts";

export interface TableOptions {
  /** With the terminal's colours. */
  readonly color: boolean;
  /** Columns of the terminal. Default 120. */
  readonly width?: number;
}

const STYLES = { ok: "green", wrong: "red", unknown: "yellow" } as const;

/** A table of verdict, check, expected and found, by object; below it, what to do about each check that is not ok. Ends with a newline. */
export function formatTable(verification: Verification, { color, width = 120 }: TableOptions): string {
  const { project, stack, checks, healed } = verification;
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const rows = checks.map(({ verdict, what, expected, found }) => [verdict, what, expected, found]);
  const { rows: laidOut, firstWidth } = layOut([HEAD, ...rows], width);
  const painted = checks.flatMap(({ object, verdict }, i) => {
    const lines = laidOut[i + 1]!.map(
      (line) => paint(STYLES[verdict], line.slice(0, firstWidth)) + line.slice(firstWidth),
    );
    return object === checks[i - 1]?.object ? lines : ["", paint("bold", printable(object)), ...lines];
  });
  return [
    ...healed.map((name) => `restarted Deployment ${printable(name)}`),
    paint("dim", laidOut[0]![0]!),
    ...painted,
    "",
    ...checks.flatMap((check) => remedyLines(check, (text) => paint(STYLES[check.verdict], text))),
    paint(STYLES[verification.verdict], `${project}/${stack}: ${summary(checks)}`),
    "",
  ].join("\n");
}

const HEAD = ["", "check", "expected", "found"];

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
