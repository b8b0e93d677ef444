import { MOMENTS, type Moment, type Moments, perSecond, type Traced } from "./moments.ts";

const at = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))]!;

/** Where the time went, as Markdown: percentiles, what each stage took, instances as a chart, and how busy kro was. */
export function drawTrace(moments: Moments, traced: Traced): string {
  const all = [...moments.values()];
  const of = (moment: Moment) => all.flatMap((one) => one[moment] ?? []);
  const rows = MOMENTS.map(([moment, title], i) => {
    const values = of(moment);
    const before = MOMENTS[i - 1]?.[0];
    const took = all.flatMap((one) => {
      const [from, to] = [before && one[before], one[moment]];
      return from === undefined || to === undefined ? [] : [to - from];
    });
    const when =
      values.length === 0 ? ["-", "-", "-", "-"] : [0, 0.5, 0.9, 1].map((part) => at(values, part).toFixed(1));
    const long = took.length === 0 ? ["", "", ""] : [0.5, 0.9, 1].map((part) => at(took, part).toFixed(1));
    return `| ${[title, ...when, ...long].join(" | ")} |`;
  });
  return [
    "| moment | first | half | 90 % | last | since the one before: half | 90 % | longest |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    ...gantt(moments),
    "",
    ...busy(traced),
  ].join("\n");
}

/** The instances that were ready first, in the middle, and last. */
function gantt(moments: Moments): string[] {
  const byEnd = [...moments].filter(([, one]) => one.done !== undefined).sort(([, a], [, b]) => a.done! - b.done!);
  if (byEnd.length === 0) return [];
  const chosen = [...new Set([0, byEnd.length >> 1, byEnd.length - 1])].map((i) => byEnd[i]!);
  const bars = chosen.flatMap(([name, one], i) => {
    const known = MOMENTS.flatMap(([moment, title]) => (one[moment] === undefined ? [] : [{ title, at: one[moment] }]));
    return [
      `  section ${["first", "middle", "last"].at(i)} (${name})`,
      ...known
        .slice(1)
        .map(
          ({ title, at }, j) =>
            `  ${title} :${milliseconds(known[j]!.at)}, ${milliseconds(Math.max(at, known[j]!.at))}`,
        ),
    ];
  });
  return ["```mermaid", "gantt", "  dateFormat x", "  axisFormat %M:%S", ...bars, "```"];
}

const milliseconds = (seconds: number): string => String(Math.round(Math.max(0, seconds) * 1000));

const WIDTH = 50;

/** Requests of kro's and of the program's a second, in tenths of the time. */
function busy(traced: Traced): string[] {
  const counts = perSecond(traced, "kro");
  const step = Math.max(1, Math.ceil(counts.length / 20));
  const means = Array.from({ length: Math.ceil(counts.length / step) }, (_, i) => {
    const some = counts.slice(i * step, (i + 1) * step);
    return some.reduce((a, b) => a + b, 0) / some.length;
  });
  const most = Math.max(...means, 1);
  const total = counts.reduce((a, b) => a + b, 0);
  return [
    `kro's requests to the API server, ${total} in all; a second, from second ... on:`,
    "",
    "```",
    ...means.map(
      (mean, i) =>
        `${String(i * step).padStart(5)} s ${"#".repeat(Math.round((mean / most) * WIDTH)).padEnd(WIDTH)} ${mean.toFixed(0)}`,
    ),
    "```",
  ];
}
