import { hostname, userInfo } from "node:os";
import { startOf } from "./processStart.ts";

/** An update of a stack that is under way, or was when it was killed. */
export interface Lock {
  /** What the backend says. */
  readonly text: string;
  /** Of a backend that keeps its state in files (S3, a folder ...): who, where and since when. */
  readonly holder: Holder | undefined;
}

export interface Holder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** RFC 3339. */
  readonly since: string;
}

/** @see https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go */
const HOLDER = /created by (.*?)@(\S*) \(pid (\d+)\) at (\S+)/;
const LOCKED = /the stack is currently locked by|Another update is currently in progress/;

/** The lock that Pulumi's output complains about, or undefined when it doesn't. */
export function lockIn(output: string): Lock | undefined {
  if (!LOCKED.test(output)) return undefined;
  const [, user, host, pid, since] = HOLDER.exec(output) ?? [];
  const text = output.split("\n").find((line) => LOCKED.test(line))!;
  const holder = since ? { user: user!, host: host!, pid: Number(pid), since: since } : undefined;
  return { text: text.replace(/^.*?error: /, "").trim(), holder };
}

/** Whether a lock is the user's own to break, and why not. */
export interface Verdict {
  readonly mayBreak: boolean;
  /** One sentence. */
  readonly why: string;
}

/** @param self - who asks; default: the user of this process on this host. */
export function judge({ holder }: Lock, self: Self = thisProcess()): Verdict {
  if (!holder) {
    return {
      mayBreak: false,
      why: "The backend does not say who holds it: when that update is over for sure, `pulumi cancel` breaks it.",
    };
  }
  const { user, host, pid, since } = holder;
  const started = host === self.host && self.isAlive(pid) ? self.startOf(pid) : undefined;
  const isAnother = started !== undefined && started.getTime() > Date.parse(since) + SKEW;
  if (host === self.host && self.isAlive(pid) && !isAnother)
    return { mayBreak: false, why: `Process ${pid} is still running: wait for it, or end it.` };
  if (user !== self.user) {
    return {
      mayBreak: false,
      why: `It is ${user}'s: ask them, or break it with \`pulumi cancel\` when that update is over for sure.`,
    };
  }
  if (isAnother) {
    return {
      mayBreak: true,
      why: `That process was killed: what is process ${pid} now began only at ${started.toISOString()}.`,
    };
  }
  if (host === self.host) return { mayBreak: true, why: `Process ${pid} is not running any more: it was killed.` };
  return { mayBreak: true, why: `Whether process ${pid} is still running on ${host} can't be seen from here.` };
}

/** How far a lock's time, which is cut to seconds, and that of a process may be apart, in milliseconds. */
const SKEW = 5000;

export interface Self {
  readonly user: string;
  readonly host: string;
  readonly isAlive: (pid: number) => boolean;
  /** When a process began; undefined where that can't be told. */
  readonly startOf: (pid: number) => Date | undefined;
}

function thisProcess(): Self {
  return { user: userInfo().username, host: hostname(), isAlive, startOf };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** One error: who holds the lock, since when, and what to do. */
export function explainLock(stack: string, lock: Lock, verdict = judge(lock)): string {
  const { holder, text } = lock;
  const who = holder
    ? `by ${holder.user} on ${holder.host} (process ${holder.pid}) since ${holder.since}`
    : `by another update: ${text}`;
  const advice = verdict.mayBreak ? " If that update is over, `--resume` breaks the lock and goes on." : "";
  return `the stack ${stack} is locked ${who}. ${verdict.why}${advice}`;
}
