import { median } from "../measure.ts";
import type { Row } from "./modes.ts";
import { type Options, parallelFor, STEPS, type Step, stacksFor } from "./options.ts";

/** At most so much of what is done by hand, or of the plain program. */
const AIM = 1.3;
/** What our part takes for an instance, of the largest number to the smallest. */
const FLAT = 1.1;

/** What was measured, as text: medians, and their ratios. */
export function tablesOf(rows: readonly Row[], options: Options): string {
  const counts = [...new Set(rows.map(({ count }) => count))];
  return [...counts.map((count) => tableOf(rows, count, options)), flatness(rows, counts)].join("\n\n");
}

type Pick = (row: Row) => number | undefined;

function medianOf(rows: readonly Row[], of: Partial<Row>, pick: Pick): number | undefined {
  const fits = rows.filter((row) => Object.entries(of).every(([key, value]) => row[key as keyof Row] === value));
  const values = fits.map(pick).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

const seconds: Pick = ({ measured }) => measured.seconds;
const cpu: Pick = ({ measured }) => measured.cpuSeconds;

function tableOf(rows: readonly Row[], count: number, options: Options): string {
  const of = (mode: Row["mode"], step: Step, pick: Pick = seconds) => medianOf(rows, { count, mode, step }, pick);
  const sum = (...values: (number | undefined)[]) =>
    values.includes(undefined) ? undefined : (values as number[]).reduce((a, b) => a + b);
  // By hand there is nothing to be done to the identities for another image.
  const hand = (step: Step, by: "hand" | "sdk", pick?: Pick) =>
    step === "image" ? of("floor", step, pick) : sum(of(by, step, pick), of("floor", step, pick));
  const stacks = stacksFor(count, options);
  const header = [
    "",
    "one stack",
    `${stacks} stacks`,
    "by hand",
    "with one process",
    "kubectl alone",
    "plain",
    "one / by hand",
    "one / one process",
  ];
  const lines = STEPS.filter(
    (step) => of("one", step) !== undefined || of("floor", step) !== undefined || of("many", step) !== undefined,
  ).map((step) => {
    const one = of("one", step);
    const [byHand, byProcess] = step === "preview" ? [] : [hand(step, "hand"), hand(step, "sdk")];
    const isPreview = step === "preview";
    return [
      step,
      ...[one, of("many", step), byHand, byProcess, of("floor", step)].map(inSeconds),
      isPreview ? inSeconds(of("plain", step)) : "",
      isPreview ? ratio(one, of("plain", step), AIM, "plain") : ratio(one, byHand, AIM),
      ratio(one, byProcess),
    ];
  });
  const cpuLine = STEPS.map(
    (step) =>
      `${step} ${["one", "many"].map((mode) => inSeconds(of(mode as "one", step, cpu)) || "-").join(" and ")}, by hand ${inSeconds(hand(step, "hand", cpu)) || "-"}`,
  ).join("; ");
  const memory = (["program", "cli", "plugins"] as const)
    .map(
      (part) =>
        `${part} ${shown(
          of("one", "up", ({ measured }) => measured.peakMbOf[part]),
          0,
        )} MB`,
    )
    .join(", ");
  const previewMemory = shown(
    of("one", "preview", ({ measured }) => measured.peakMbOf.program),
    0,
  );
  const states = (["one", "many"] as const).map((mode) =>
    shown(
      mapped(
        of(mode, "up", ({ stateBytes }) => stateBytes),
        (bytes) => bytes / count / 1024,
      ),
      1,
    ),
  );
  return [
    `${count} instances, at most ${parallelFor(count, options)} operations at a time; of ${stacks} stacks ${options.atOnce} at a time`,
    aligned([header, ...lines]),
    `CPU in seconds, of one stack and of several: ${cpuLine}`,
    `peak memory of an up in one stack: ${memory}; of the program in a preview ${previewMemory} MB`,
    `state: ${states[0]} KB an instance in one stack, ${states[1]} over several`,
    ...(["one", "floor"] as const).flatMap((mode) => callsOf(rows, count, mode)),
  ].join("\n");
}

function callsOf(rows: readonly Row[], count: number, mode: Row["mode"]): string[] {
  return STEPS.flatMap((step) => {
    const row = rows.find((one) => one.count === count && one.mode === mode && one.step === step);
    if (!row) return [];
    const { api, aws } = row.measured.calls;
    const list = (calls: Readonly<Record<string, number>>) =>
      Object.entries(calls)
        .sort(([, a], [, b]) => b - a)
        .slice(0, 6)
        .map(([who, calls]) => `${who} ${calls}`)
        .join(", ");
    return [`calls, ${mode}, ${step}: API server: ${list(api) || "none"}; AWS: ${list(aws) || "none"}`];
  });
}

/** What our part takes for each instance: of a preview without a change, what the program itself does. */
function flatness(rows: readonly Row[], counts: readonly number[]): string {
  const each = (mode: "one" | "plain", count: number, pick: Pick) =>
    mapped(medianOf(rows, { count, mode, step: "preview" }, pick), (value) => (value * 1000) / count);
  const program: Pick = ({ measured }) => measured.cpuSecondsOf.program;
  const lines = counts.map((count) =>
    [
      String(count),
      each("one", count, program),
      each("plain", count, program),
      each("one", count, cpu),
      each("plain", count, cpu),
    ].map((cell) => (typeof cell === "string" ? cell : shown(cell, 0))),
  );
  const [first, last] = [counts[0]!, counts.at(-1)!];
  const header = ["instances", "program", "plain program", "all of Pulumi", "plain, all of Pulumi"];
  const flat = ratio(each("one", last, program), each("one", first, program), FLAT);
  return `a preview without a change, CPU in ms for each instance, the start included\n${aligned([header, ...lines])}\nprogram, ${last} to ${first}: ${flat}`;
}

const mapped = (value: number | undefined, by: (value: number) => number) =>
  value === undefined ? undefined : by(value);
const shown = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? "-";
const inSeconds = (value: number | undefined): string => value?.toFixed(1) ?? "";

function ratio(value: number | undefined, to: number | undefined, aim?: number, what = ""): string {
  if (value === undefined || to === undefined) return "";
  const words = [what && `to ${what}`, aim && `aim: at most ${aim}`].filter(Boolean).join(", ");
  return (value / to).toFixed(2) + (words && ` (${words})`);
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
