import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLONE, type TestSandbox } from "../../sandbox/testing.ts";
import { type Calls, countCalls } from "./calls.ts";
import { type Part, type Usage, watchProcesses } from "./processes.ts";

/** What a step took. */
export interface Measured {
  readonly seconds: number;
  /** Of the commands that were run and all that they ran; without the sandbox's own. */
  readonly cpuSeconds: number;
  /** Of Pulumi's parts: the sum of all its commands, and the most that one of them had at its peak. */
  readonly cpuSecondsOf: Partial<Record<Part, number>>;
  readonly peakMbOf: Partial<Record<Part, number>>;
  readonly calls: Calls;
}

/** Runs a command in a shell of the sandbox. Throws with what it printed unless it succeeds. */
export type Run = (command: string, args: readonly string[], cwd?: string) => Promise<void>;

// POSIX has `times` tell of a shell's children, and theirs.
const TIMED = '"$@"; code=$?; times >"$BENCH_TIMES"; exit $code';

/** Measures steps on a sandbox, and says so as they end. */
export class Meter {
  readonly #sandbox: TestSandbox;
  #commands = 0;

  constructor(sandbox: TestSandbox) {
    this.#sandbox = sandbox;
  }

  async measure(title: string, work: (run: Run) => Promise<unknown>): Promise<Measured> {
    const counted = await countCalls(this.#sandbox);
    const usages: Usage[] = [];
    let cpuSeconds = 0;
    const from = performance.now();
    await work(async (command, args, cwd = CLONE) => {
      const taken = await this.#run(command, args, cwd);
      cpuSeconds += taken.cpuSeconds;
      usages.push(taken.usage);
    });
    const seconds = (performance.now() - from) / 1000;
    const [cpuSecondsOf, peakMbOf]: Partial<Record<Part, number>>[] = [{}, {}];
    for (const [part, { cpuSeconds, peakMb }] of usages.flatMap((one) => Object.entries(one)) as [Part, One][]) {
      cpuSecondsOf![part] = (cpuSecondsOf![part] ?? 0) + cpuSeconds;
      peakMbOf![part] = Math.max(peakMbOf![part] ?? 0, peakMb);
    }
    console.log(`  ${title}: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU`);
    return { seconds, cpuSeconds, cpuSecondsOf: cpuSecondsOf!, peakMbOf: peakMbOf!, calls: await counted() };
  }

  async #run(command: string, args: readonly string[], cwd: string) {
    const file = join(this.#sandbox.folder, `times-${this.#commands++}`);
    const env = { ...this.#sandbox.env, BENCH_TIMES: file };
    const running = this.#sandbox.begin("sh", ["-c", TIMED, "sh", command, ...args], { cwd, env });
    const usageOf = watchProcesses(running.child.pid!);
    const { code, output } = await running.finished;
    const usage = usageOf();
    if (code !== 0) throw new Error(`${[command, ...args].join(" ")}: exit code ${code}\n${output.slice(-4000)}`);
    return { usage, cpuSeconds: childrenSeconds(readFileSync(file, "utf8")) };
  }
}

type One = NonNullable<Usage[Part]>;

/** `0m1.20s 0m0.30s` in the second line: user and system. */
const childrenSeconds = (times: string): number =>
  times
    .trim()
    .split("\n")[1]!
    .split(" ")
    .map((time) => /^(\d+)m([\d.]+)s$/.exec(time)!)
    .reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
