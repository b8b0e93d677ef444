import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { SandboxError } from "./errors.ts";
import { paths, sandboxDir } from "./paths.ts";
import { isRunning, startTimeOf } from "./processes.ts";

/** Runs `work` while no other command changes this sandbox. Throws at once when one does. */
export async function whileAlone<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(sandboxDir, { recursive: true });
  take();
  try {
    return await work();
  } finally {
    rmSync(paths.lock, { force: true });
  }
}

function take(): void {
  try {
    const file = openSync(paths.lock, "wx");
    writeSync(file, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = readHolder();
    if (isRunning(holder)) {
      throw new SandboxError(`another sandbox command is at work here (pid ${holder?.pid}): wait for it, or stop it`);
    }
    rmSync(paths.lock, { force: true });
    take();
  }
}

function readHolder(): { pid: number; startTime: string } | undefined {
  try {
    return JSON.parse(readFileSync(paths.lock, "utf8")) as { pid: number; startTime: string };
  } catch {
    return undefined;
  }
}
