import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SandboxError } from "./errors.ts";
import { interrupted } from "./interrupt.ts";
import { paths } from "./paths.ts";
import { isRunning, startTimeOf } from "./processes.ts";

/** Runs `work` while no other command changes this sandbox. Throws at once when one does. */
export async function whileAlone<T>(work: () => Promise<T>): Promise<T> {
  const holder = take(paths.lock);
  if (holder)
    throw new SandboxError(`another sandbox command is at work here (pid ${holder}): wait for it, or stop it`);
  return releasing(paths.lock, work);
}

/**
 * Runs `work` when no other process on this machine is in its turn.
 * @param file - the lock
 * @param waiting - called once when there is somebody to wait for, with its process id
 */
export async function inTurn<T>(file: string, waiting: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  let told = false;
  for (let holder = take(file); holder; holder = take(file)) {
    if (!told) waiting(holder);
    told = true;
    await sleep(500);
    interrupted.throwIfAborted();
  }
  return releasing(file, work);
}

async function releasing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Takes a lock, or returns the process id of who has it. */
function take(lock: string): number | undefined {
  mkdirSync(dirname(lock), { recursive: true });
  try {
    const file = openSync(lock, "wx");
    writeSync(file, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
    closeSync(file);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = readHolder(lock);
    if (isRunning(holder)) return holder?.pid;
    rmSync(lock, { force: true });
    return take(lock);
  }
}

function readHolder(lock: string): { pid: number; startTime: string } | undefined {
  try {
    return JSON.parse(readFileSync(lock, "utf8")) as { pid: number; startTime: string };
  } catch {
    return undefined;
  }
}
