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
  const { cwd, env, input = "", log, onErrorLine, timeout = 0, stopSignal = "SIGTERM" } = options;
  // Here, because every command of the sandbox loads this file, and some run nothing.
  const { execa } = await import("execa");
  stopped.throwIfAborted();
  const toLog = log === undefined ? [] : [{ file: log, append: true } as const];
  const listen = function* (line: string) {
    onErrorLine?.(line);
    yield line;
  };
  const { exitCode, signal, stdout, stderr, originalMessage } = await execa(command, args, {
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env, extendEnv: false }),
    input,
    stdout: options.output === "print" ? "inherit" : ["pipe", ...toLog],
    stderr: options.output === "print" ? "inherit" : ["pipe", ...toLog, ...(onErrorLine ? [listen] : [])],
    stripFinalNewline: false,
    reject: false,
    killDescendants: true,
    cancelSignal: stopped,
    killSignal: stopSignal,
    // After that long comes the signal that nobody can refuse.
    forceKillAfterDelay: 20_000,
    timeout: timeout * 1000,
  });
  interrupted.throwIfAborted();
  if (exitCode === undefined && signal === undefined) {
    throw new SandboxError(`cannot run ${command}: ${originalMessage}`);
  }
  return { code: exitCode ?? 1, stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** Like `run`, but an exit code other than 0 is an error that shows the last lines of stderr. Returns stdout. */
export async function output(command: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  const reason = (stderr || stdout).trimEnd().split("\n").slice(-8).join("\n  ");
  throw new SandboxError(`${command} ${args.slice(0, 3).join(" ")} failed:\n  ${reason}`);
}
