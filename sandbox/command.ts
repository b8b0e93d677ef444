import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { SandboxError } from "./errors.ts";
import { interrupted } from "./interrupt.ts";

/** How a command is run. */
export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Text for standard input; default none. */
  input?: string;
  /** File that gets everything the command prints. */
  log?: string;
  /** Called for each line of stderr. */
  onErrorLine?: (line: string) => void;
  /** "print": the command writes to this terminal; default: its output is returned. */
  output?: "return" | "print";
  /** Seconds until it is ended and counts as failed; default: no limit. */
  timeout?: number;
  /** Ends the command when aborted; Ctrl-C always does. */
  signal?: AbortSignal;
  /** What Ctrl-C sends; default SIGTERM. */
  stopSignal?: NodeJS.Signals;
}

/** What a command left. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

const givenUp = new AbortController();

/** Aborted by Ctrl-C, or when one of several has failed: what runs must end, and nothing else begin. */
export const stopped: AbortSignal = AbortSignal.any([interrupted, givenUp.signal]);

/** Ends the commands that run, and lets no other begin: for when one of several has failed. */
export function giveUp(): void {
  givenUp.abort(new SandboxError("not run, since another part failed"));
}

/**
 * Runs a command to its end, in a process group of its own: Ctrl-C then reaches it, and all that it started, once and
 * through us. Answers whatever the exit code is; throws when it cannot be run or was interrupted.
 */
export async function run(command: string, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  stopped.throwIfAborted();
  const printed = options.output === "print";
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["pipe", printed ? "inherit" : "pipe", printed ? "inherit" : "pipe"],
  });
  const log = options.log ? createWriteStream(options.log, { flags: "a" }) : undefined;
  let stdout = "";
  let stderr = "";
  let unfinishedLine = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    log?.write(text);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    log?.write(text);
    const lines = (unfinishedLine + text).split("\n");
    unfinishedLine = lines.pop() ?? "";
    for (const line of lines) options.onErrorLine?.(line);
  });
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input);

  const signals = [stopped, options.signal, options.timeout && AbortSignal.timeout(options.timeout * 1000)];
  const stop = AbortSignal.any(signals.filter((signal) => signal instanceof AbortSignal));
  const kill = () => endGroup(child.pid, options.stopSignal ?? "SIGTERM");
  stop.addEventListener("abort", kill);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", (error) => reject(new SandboxError(`cannot run ${command}: ${error.message}`)));
      child.on("close", (exitCode) => resolve(exitCode ?? 1));
    });
    interrupted.throwIfAborted();
    return { code, stdout, stderr };
  } finally {
    stop.removeEventListener("abort", kill);
    // An error shows its last lines.
    if (log) await new Promise((resolve) => log.end(resolve));
  }
}

/** Like `run`, but an exit code other than 0 is an error that shows the last lines of stderr. Returns stdout. */
export async function output(command: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  const reason = (stderr || stdout).trimEnd().split("\n").slice(-8).join("\n  ");
  throw new SandboxError(`${command} ${args.slice(0, 3).join(" ")} failed:\n  ${reason}`);
}

/** Sends the signal to the group, and after 20 seconds the one that nobody can refuse. */
function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  const send = (name: NodeJS.Signals) => {
    try {
      process.kill(-pid, name);
    } catch {
      // Gone already.
    }
  };
  send(signal);
  setTimeout(() => send("SIGKILL"), 20_000).unref();
}
