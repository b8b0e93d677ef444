import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { CLONE } from "../../e2e/kit/index.ts";

/** One round: an operation, with a fault in it. */
export interface Result {
  readonly operation: string;
  readonly fault: string;
  /** Seconds from the command's start to the fault. */
  readonly moment: number;
  /** Whether it came to the fault: the command may have been over before. */
  readonly begun: boolean;
  /** Exit code of the command in which the fault was; null where it was killed. */
  readonly code: number | null;
  /** How many more runs it took. */
  readonly runs: number;
  /** From the end of the first command until all was as it was to be. */
  readonly seconds: number;
  /** Items. */
  readonly lost: number;
}

const FILE = join(CLONE, ".sandbox", "faults.jsonl");

/** Mocha's workers are processes of their own: they meet in a file. */
export function note(result: Result): void {
  mkdirSync(dirname(FILE), { recursive: true });
  appendFileSync(FILE, `${JSON.stringify(result)}\n`);
}

export const mochaGlobalSetup = (): void => rmSync(FILE, { force: true });

/** Prints the matrix, as Markdown. */
export function mochaGlobalTeardown(): void {
  if (!existsSync(FILE)) return;
  const results = readFileSync(FILE, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Result);
  console.log(table(results).join("\n"));
}

const HEAD = [
  "fault",
  "rounds",
  "failed at first",
  "further runs, at most",
  "s to converge: median",
  "most",
  "items lost",
];

function table(all: readonly Result[]): string[] {
  const results = all.filter(({ begun }) => begun);
  const of = (name: string, some: readonly Result[]) => {
    const failed = some.filter(({ code }) => code !== 0);
    const seconds = failed.map((one) => one.seconds).sort((a, b) => a - b);
    const [median, most] = [seconds[seconds.length >> 1], seconds.at(-1)].map((one) => one?.toFixed(0) ?? "-");
    const lost = some.reduce((sum, one) => sum + one.lost, 0);
    return [name, some.length, failed.length, Math.max(0, ...some.map(({ runs }) => runs)), median, most, lost];
  };
  const rows = Object.entries(Object.groupBy(results, ({ fault }) => fault)).map(([name, some]) => of(name, some!));
  return [HEAD, HEAD.map(() => "---"), ...rows, of("all", results)].map((cells) => `| ${cells.join(" | ")} |`);
}
