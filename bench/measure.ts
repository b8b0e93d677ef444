import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CLONE, type TestSandbox } from "../sandbox/testing.ts";

/** Runs commands in a shell of a sandbox, and measures them. */
export class Stopwatch {
  readonly #sandbox: TestSandbox;

  constructor(sandbox: TestSandbox) {
    this.#sandbox = sandbox;
  }

  /** Throws with what the command printed, unless it succeeds. */
  async run(command: string, args: readonly string[], cwd = CLONE, variables: NodeJS.ProcessEnv = {}): Promise<void> {
    const env = { ...this.#sandbox.env, ...variables };
    await promisify(execFile)(command, args, { cwd, env, maxBuffer: 1 << 28 });
  }

  /** Seconds that a command takes. */
  async time(...command: Parameters<Stopwatch["run"]>): Promise<number> {
    const from = performance.now();
    await this.run(...command);
    return (performance.now() - from) / 1000;
  }

  /** Seconds until a command has refused what it is given. Throws when it takes it. */
  async timeRefused(...command: Parameters<Stopwatch["run"]>): Promise<number> {
    const from = performance.now();
    const taken = await this.run(...command).then(
      () => true,
      () => false,
    );
    if (taken) throw new Error(`${command.slice(0, 2).join(" ")} was to be refused`);
    return (performance.now() - from) / 1000;
  }

  /** Peak memory in MB of the program that a pulumi command runs. */
  async peak(args: readonly string[], cwd = CLONE, variables: NodeJS.ProcessEnv = {}): Promise<number> {
    const file = join(this.#sandbox.folder, "peak-memory");
    rmSync(file, { force: true });
    const hook = `--import=${join(CLONE, "bench/peakMemory.mjs")}`;
    await this.run("pulumi", args, cwd, { ...variables, NODE_OPTIONS: hook, BENCH_PEAK_MEMORY: file });
    return Math.max(...readFileSync(file, "utf8").trim().split("\n").map(Number)) / 1024;
  }
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
