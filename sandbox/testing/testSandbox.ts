import { execFile, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { aws } from "../environment.ts";
import { clone as CLONE } from "../paths.ts";
import type { StartedProcess } from "../processes.ts";
import { Cluster } from "./cluster.ts";
import { Commands, type Finished, type Running } from "./commands.ts";

export { CLONE };
/** Of the EKS cluster that a sandbox plays. */
export const CLUSTER_NAME = aws.clusterName;
export type Process = StartedProcess;

const START = join(CLONE, "sandbox/start.mjs");
/** As it was before any test changed it. */
const MACHINE = { ...process.env };

/** A sandbox with ports and a folder of its own, beside the one that a person uses. */
export class TestSandbox {
  /** Everything that the sandbox writes. */
  readonly folder: string;
  /** Before `start`, what reaches the sandbox's command; after it, also what a shell of the sandbox has. */
  env: NodeJS.ProcessEnv;
  readonly commands = new Commands();
  readonly cluster = new Cluster(this);
  private readonly settings: NodeJS.ProcessEnv;

  /**
   * @param name - path of its folder within `.sandbox` of the clone.
   * @param settings - variables of the sandbox's, such as SANDBOX_POD_READY_SECONDS.
   */
  constructor(name: string, settings: NodeJS.ProcessEnv = {}) {
    this.folder = join(CLONE, ".sandbox", name);
    this.settings = { ...MACHINE, ...settings, SANDBOX_DIR: this.folder };
    this.env = this.settings;
  }

  /**
   * Starts it, without a stack on it; what it prints is in `up.log`.
   *
   * @param fresh - from nothing; default true. Otherwise what is there goes on, and what died or was taken away comes back.
   */
  async start({ fresh = true } = {}): Promise<void> {
    if (fresh) {
      await this.stop();
      await rm(this.folder, { recursive: true, force: true });
    }
    await mkdir(this.folder, { recursive: true });
    const { code, output } = await this.command("up", "--no-up");
    await writeFile(join(this.folder, "up.log"), output);
    if (code !== 0) throw new Error(`the sandbox in ${this.folder} did not start:\n${output}`);
    const lines = (await this.command("env")).stdout;
    const { stdout } = await promisify(execFile)("sh", ["-c", `${lines}\nenv -0`], { env: this.settings });
    const entries = stdout.split("\0").filter(Boolean);
    this.env = Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
  }

  async stop(): Promise<void> {
    const { code, output } = await this.command("down");
    if (code !== 0) throw new Error(`the sandbox in ${this.folder} did not stop:\n${output}`);
  }

  /** As {@link stop}, for a program that must end now. */
  stopNow(): void {
    // In a session of its own: a second Ctrl-C doesn't reach it.
    spawnSync("setsid", ["-w", "node", START, "down"], { cwd: CLONE, env: this.settings });
  }

  /** Runs a command of the sandbox as its npm script does, whatever its exit code. */
  command(...args: string[]): Promise<Finished> {
    return this.commands.begin("node", [START, ...args], { cwd: CLONE, env: this.settings }).finished;
  }

  /** Begins a command in a shell of the sandbox. */
  begin(command: string, args: readonly string[], options: Options = {}): Running {
    return this.commands.begin(command, args, { cwd: CLONE, env: this.env, ...options });
  }

  /** Runs a command in a shell of the sandbox, whatever its exit code. */
  run(command: string, args: readonly string[], options: Options = {}): Promise<Finished> {
    return this.begin(command, args, options).finished;
  }

  /** As {@link run}, and throws with the command's output unless it succeeds. */
  async succeed(command: string, args: readonly string[], options: Options = {}): Promise<Finished> {
    const finished = await this.run(command, args, options);
    if (finished.code === 0) return finished;
    throw new Error(`${[command, ...args].join(" ")}: exit code ${finished.code}\n${finished.output}`);
  }

  /** Runs a command on a terminal of 40 lines; its streams come as one. */
  onTerminal(line: readonly string[], columns: number, options: Options = {}): Promise<Finished> {
    const { CI: _, NO_COLOR: __, ...env } = options.env ?? this.env;
    const words = line.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const args = ["-qec", `stty cols ${columns} rows 40; ${words}`, "/dev/null"];
    return this.run("script", args, { ...options, env: { ...env, TERM: "xterm" } });
  }

  /** What the sandbox has started, by name. */
  processes(): Readonly<Record<string, Process>> {
    const file = join(this.folder, "state.json");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).processes : {};
  }

  /** Sends a signal to some of the sandbox's processes. */
  signal(signal: NodeJS.Signals, ...names: readonly string[]): void {
    for (const name of names) process.kill(this.processes()[name]!.pid, signal);
  }

  /** How long the API server's audit log is: a place in it for {@link audit}. */
  auditEnd(): number {
    return statSync(this.env.SANDBOX_AUDIT_LOG!, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The API server's audit log from a place on. */
  audit<Entry>(from: number): Entry[] {
    const length = this.auditEnd() - from;
    const text = Buffer.alloc(Math.max(length, 0));
    const file = openSync(this.env.SANDBOX_AUDIT_LOG!, "r");
    readSync(file, text, 0, text.length, from);
    closeSync(file);
    // A line that is being written is not there yet.
    return text
      .toString("utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Entry);
  }
}

interface Options {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}
