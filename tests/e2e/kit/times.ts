import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CLONE, type TestSandbox } from "../../../sandbox/testing.ts";

// The tests of this kit have another.
const FOLDER = process.env.E2E_TIMES ?? join(CLONE, ".sandbox", "e2e-times");

/** What a story took, in seconds. */
interface Times {
  readonly title: string;
  /** Until the story had its sandbox, its tests, and until the sandbox was clean again. */
  readonly start: number;
  readonly tests: number;
  readonly clean: number;
  /** Processor time of the commands of start, tests and cleaning, and of the sandbox meanwhile; 0 where there is no /proc. */
  readonly commands: number;
  readonly cluster: number;
}

/** Measures a story from now on: each call ends a part of it, and the last one writes the times down. */
export function stopwatch(title: string, sandbox: TestSandbox): (part: "start" | "tests" | "clean") => void {
  const parts = { start: 0, tests: 0, clean: 0 };
  const [commands, cluster] = [commandsTime(), clusterTime(sandbox)];
  let from = performance.now();
  mkdirSync(FOLDER, { recursive: true });
  return (part) => {
    parts[part] = (performance.now() - from) / 1000;
    from = performance.now();
    if (part !== "clean") return;
    const times: Times = {
      ...{ title, ...parts, commands: commandsTime() - commands },
      cluster: Math.max(clusterTime(sandbox) - cluster, 0),
    };
    writeFileSync(join(FOLDER, `${process.pid}-${Date.now()}.json`), JSON.stringify(times));
  };
}

export const forgetTimes = (): void => rmSync(FOLDER, { recursive: true, force: true });

/** Whether a story has begun since they were forgotten. */
export const hasTimes = (): boolean => existsSync(FOLDER);

/** One line for each story, the longest first. */
export function printTimes(): void {
  if (!hasTimes()) return;
  const files = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), "utf8"));
  const all = files.map((text) => JSON.parse(text) as Times);
  const wall = ({ start, tests, clean }: Times) => start + tests + clean;
  const lines = all
    .sort((a, b) => wall(b) - wall(a))
    .map((times) => [
      times.title,
      ...[wall(times), times.start, times.tests, times.clean, times.commands, times.cluster].map((n) => n.toFixed(0)),
    ]);
  if (lines.length === 0) return;
  const table = [["seconds of", "wall", "start", "tests", "clean", "CPU: commands", "CPU: sandbox"], ...lines];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((line) => line[i]!.length)));
  for (const line of table) {
    const cells = line.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)));
    console.log(`  ${cells.join("  ")}`);
  }
  console.log();
}

/** Of the commands that have ended, with all that they waited for. */
const commandsTime = (): number => processorTime("self", [13, 14]);

const clusterTime = (sandbox: TestSandbox): number =>
  Object.values(sandbox.processes()).reduce((sum, { pid }) => sum + processorTime(String(pid), [11, 12]), 0);

/** Fields of proc_pid_stat(5), counted from the state on, in seconds: a tick is a hundredth of one. */
function processorTime(process: string, fields: readonly [number, number]): number {
  try {
    const stat = readFileSync(`/proc/${process}/stat`, "utf8");
    const values = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields.reduce((sum, field) => sum + Number(values[field]), 0) / 100;
  } catch {
    return 0;
  }
}
