import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

/** What a command left. */
export interface Finished {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly output: string;
}

/** A command that goes on beside its caller. */
export interface Running {
  readonly child: Pick<ChildProcess, "pid" | "stdout" | "kill">;
  readonly finished: Promise<Finished>;
  /** What it has printed so far. */
  readonly output: () => string;
}

/** A command as a report tells of it. */
export interface Ran {
  /** Program and arguments. */
  readonly line: string;
  /** In milliseconds since 1970; `ended` is missing while it runs. */
  readonly began: number;
  ended?: number;
  code?: number | null;
  readonly output: () => string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Text for its standard input; default none. */
  readonly input?: string;
}

/** Runs commands, and remembers them. */
export class Commands {
  /** Since the last `forget`, in the order in which they began. */
  readonly ran: Ran[] = [];
  private readonly unfinished = new Set<Running>();

  begin(command: string, args: readonly string[], { cwd, env, input }: CommandOptions): Running {
    const child = execa(command, args, {
      ...{ cwd, env, extendEnv: false, all: true, reject: false, stripFinalNewline: false },
      ...(input === undefined ? { stdin: "ignore" } : { input }),
    });
    let output = "";
    child.all.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const record: Ran = { line: [command, ...args].join(" "), began: Date.now(), output: () => output };
    this.ran.push(record);
    const finished = child.then(({ exitCode, signal, stdout, stderr, all, originalMessage }): Finished => {
      const code = exitCode ?? null;
      Object.assign(record, { code, ended: Date.now() });
      if (code === null && signal === undefined) throw new Error(originalMessage);
      return { code, stdout, stderr, output: all };
    });
    const running = { child, finished, output: () => output };
    this.unfinished.add(running);
    finished.catch(() => {}).finally(() => this.unfinished.delete(running));
    return running;
  }

  forget(): void {
    this.ran.length = 0;
  }

  /** Ends the commands that still run, with SIGINT first. Returns how many there were. */
  async endAll(patience = 10): Promise<number> {
    const left = [...this.unfinished];
    for (const { child } of left) child.kill("SIGINT");
    const ended = Promise.allSettled(left.map(({ finished }) => finished));
    await Promise.race([ended, sleep(patience * 1000, undefined, { ref: false })]);
    for (const { child } of this.unfinished) child.kill("SIGKILL");
    return left.length;
  }
}
