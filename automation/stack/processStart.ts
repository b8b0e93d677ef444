import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Of a second, as Linux counts times in /proc, whatever its kernel's own clock. */
const TICKS = 100;

/** When a process began, by /proc, else by `ps`; undefined where neither tells. */
export function startOf(pid: number): Date | undefined {
  try {
    return ofProc(pid);
  } catch {
    return ofPs(pid);
  }
}

/** Counted from this process' own start: of the machine's, a container may know nothing. */
function ofProc(pid: number): Date {
  const own = Date.now() - process.uptime() * 1000;
  return new Date(own + ((ticksOf(pid) - ticksOf(process.pid)) * 1000) / TICKS);
}

/** @see proc_pid_stat(5), starttime */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The program's name, in parentheses, may hold anything.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}

/** Such as `Fri Nov 27 07:52:09 2026`, in local time. */
function ofPs(pid: number): Date | undefined {
  try {
    const options = { encoding: "utf8", stdio: "pipe", env: { ...process.env, LC_ALL: "C" } } as const;
    const started = new Date(execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], options).trim());
    return Number.isNaN(started.getTime()) ? undefined : started;
  } catch {
    return undefined;
  }
}
