import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that outlives the command that started it. */
export interface StartedProcess {
  pid: number;
  /** When the operating system says that it started: tells it from a later process that got the same pid. */
  startTime: string;
  log: string;
  /** Fingerprint of program, arguments, environment and sources: another one means that a restart is due. */
  fingerprint: string;
  /** URL that answers 200 while it is healthy; without one, to run is to be healthy. */
  health?: string | undefined;
}

/** Starts a program in a session of its own, with its output in a log file; the log before is kept as `.previous`. */
export function startProcess(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  log: string,
  cwd: string,
): Pick<StartedProcess, "pid" | "startTime" | "log"> {
  mkdirSync(dirname(log), { recursive: true });
  if (existsSync(log)) renameSync(log, `${log}.previous`);
  // Not execa: its child is one to wait for, and this one goes on without us.
  const file = openSync(log, "w");
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ["ignore", file, file] });
  closeSync(file);
  child.on("error", () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`cannot run ${command}`);
  return { pid: child.pid, startTime: startTimeOf(child.pid) ?? "", log };
}

/** Whether that very process still runs. */
export function isRunning(started: { pid: number; startTime: string } | undefined): boolean {
  return started !== undefined && started.startTime !== "" && startTimeOf(started.pid) === started.startTime;
}

/** Ends processes that `startProcess` started: asks first, and insists after `patience` seconds. */
export async function stopProcesses(started: StartedProcess[], patience = 10): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    for (const one of started.filter(isRunning)) {
      try {
        process.kill(-one.pid, name);
      } catch {
        // Ended between the look and the signal.
      }
    }
  };
  signal("SIGTERM");
  for (const end = Date.now() + patience * 1000; started.some(isRunning) && Date.now() < end; ) await sleep(50);
  signal("SIGKILL");
  while (started.some(isRunning)) await sleep(20);
}

/** A process's start time as a word that no two processes with the same pid share; undefined when it doesn't run. */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return stdout.trim() || undefined;
  }
  try {
    // proc_pid_stat(5): after the name in parentheses come the state and, 19 fields later, the start in clock ticks.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}
