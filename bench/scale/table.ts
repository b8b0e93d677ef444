import { median } from "../measure.ts";
import type { Row } from "./modes.ts";
import { type Options, parallelFor, STEPS, type Step, stacksFor } from "./options.ts";

/** At most so much of what is done by hand, or of the plain program. */
const AIM = 1.3;
/** What our part takes for an instance, of the largest number to the smallest. */
const FLAT = 1.1;

/** Takes one figure out of a row. */
type Figure = (row: Row) => number | undefined;

const seconds: Figure = ({ measured }) => measured.seconds;
const cpuSeconds: Figure = ({ measured }) => measured.cpuSeconds;

/** What was measured, as text: medians, and their ratios. */
export function tablesOf(rows: readonly Row[], options: Options): string {
  const counts = [...new Set(rows.map(({ count }) => count))];
  const tables = counts.map((count) =>
    tableOf(
      rows.filter((row) => row.count === count),
      count,
      options,
    ),
  );
  return [...tables, ...flatness(rows, counts)].join("\n\n");
}

function medianOf(rows: readonly Row[], of: Partial<Row>, figure: Figure): number | undefined {
  const fits = rows.filter((row) => Object.entries(of).every(([key, value]) => row[key as keyof Row] === value));
  const values = fits.map(figure).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

/** All of one number of instances. What was not measured is left out. */
function tableOf(rows: readonly Row[], count: number, options: Options): string {
  const stacks = stacksFor(count, options);
  return [
    `${count} instances, at most ${parallelFor(count, options)} operations at a time; of ${stacks} stacks ${options.atOnce} at a time`,
    stepsTable("seconds", rows, seconds, stacks),
    stepsTable("CPU of the commands", rows, cpuSeconds, stacks),
    ...memoryOf(rows, "up"),
    ...memoryOf(rows, "preview"),
    ...statesOf(rows, count),
    ...(["one", "floor"] as const).flatMap((mode) => callsOf(rows, mode)),
  ].join("\n");
}

function stepsTable(title: string, rows: readonly Row[], figure: Figure, stacks: number): string {
  const of = (mode: Row["mode"], step: Step) => medianOf(rows, { mode, step }, figure);
  // By hand there is nothing to be done to the identities for another image.
  const together = (step: Step, by: "hand" | "sdk") => {
    const [identities, instances] = [step === "image" ? 0 : of(by, step), of("floor", step)];
    return identities === undefined || instances === undefined ? undefined : identities + instances;
  };
  const lines = STEPS.filter((step) => rows.some((row) => row.step === step)).map((step) => {
    const [one, byHand, byProcess] = [of("one", step), together(step, "hand"), together(step, "sdk")];
    const plain = step === "preview" ? of("plain", step) : undefined;
    return [
      step,
      ...[one, of("many", step), byHand, byProcess, of("floor", step), plain].map((value) => shown(value, 1)),
      ratio(one, plain ?? byHand, figure === seconds || plain !== undefined ? AIM : undefined),
      ratio(one, byProcess),
    ];
  });
  const modes = ["one stack", `${stacks} stacks`, "by hand", "with one process", "kubectl alone", "plain program"];
  return aligned([[title, ...modes, "one to by hand, or plain", "one to one process"], ...lines]);
}

function memoryOf(rows: readonly Row[], step: Step): string[] {
  const parts = (["program", "cli", "plugins"] as const).flatMap((part) => {
    const megabytes = medianOf(rows, { mode: "one", step }, ({ measured }) => measured.peakMbOf[part]);
    return megabytes === undefined ? [] : [`${part} ${megabytes.toFixed(0)} MB`];
  });
  return parts.length === 0 ? [] : [`peak memory, one stack, ${step}: ${parts.join(", ")}`];
}

function statesOf(rows: readonly Row[], count: number): string[] {
  return (["one", "many"] as const).flatMap((mode) => {
    const bytes = medianOf(rows, { mode, step: "up" }, ({ stateBytes }) => stateBytes);
    return bytes === undefined ? [] : [`state, ${mode}: ${(bytes / count / 1024).toFixed(1)} KB an instance`];
  });
}

function callsOf(rows: readonly Row[], mode: Row["mode"]): string[] {
  return STEPS.flatMap((step) => {
    const row = rows.find((one) => one.mode === mode && one.step === step);
    if (!row) return [];
    const { api, aws } = row.measured.calls;
    return [`calls, ${mode}, ${step}: API server: ${listed(api)}; AWS: ${listed(aws)}`];
  });
}

const listed = (calls: Readonly<Record<string, number>>): string =>
  Object.entries(calls)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6)
    .map(([who, count]) => `${who} ${count}`)
    .join(", ") || "none";

/** What our part takes for each instance: of a preview without a change, what the program itself does. */
function flatness(rows: readonly Row[], counts: readonly number[]): string[] {
  const program: Figure = ({ measured }) => measured.cpuSecondsOf.program;
  const each = (mode: "one" | "plain", count: number, figure: Figure) => {
    const all = medianOf(rows, { count, mode, step: "preview" }, figure);
    return all === undefined ? undefined : (all * 1000) / count;
  };
  const lines = counts.map((count) => [
    String(count),
    ...[program, cpuSeconds].flatMap((figure) =>
      (["one", "plain"] as const).map((mode) => shown(each(mode, count, figure), 0)),
    ),
  ]);
  const [first, last] = [counts[0]!, counts.at(-1)!];
  const flat = ratio(each("one", last, program), each("one", first, program), FLAT);
  if (flat === "") return [];
  const header = ["instances", "program", "plain program", "all of Pulumi", "the same, plain"];
  const title = "a preview without a change, ms of CPU for each instance, the start included";
  return [`${title}\n${aligned([header, ...lines])}\nprogram, ${last} to ${first}: ${flat}`];
}

const shown = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? "";

function ratio(value: number | undefined, to: number | undefined, aim?: number): string {
  if (value === undefined || to === undefined) return "";
  return (value / to).toFixed(2) + (aim === undefined ? "" : ` (aim: at most ${aim})`);
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
