import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { ResourceState } from "../../automation/stack/index.ts";
import { type Finished, type Latest, type Running, type Stack, until } from "./kit/index.ts";

interface StartedProcess {
  readonly pid: number;
  /** Of its program, without the path. */
  readonly name: string;
  /** Its program and arguments. */
  readonly line: string;
}

/** All that a process has started, and what those have. */
export async function startedBy(pid: number): Promise<StartedProcess[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,args="]);
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+((\S+).*)/.exec(line)!);
  const below = (parent: number): StartedProcess[] =>
    all.flatMap(([, own, of, line, program]) =>
      Number(of) === parent ? [{ pid: Number(own), name: basename(program!), line: line! }, ...below(Number(own))] : [],
    );
  return below(pid);
}

/** Ends the wait of a command of `carts`, on the side of Pulumi: its update has failed then. */
export async function endWait({ child }: Running): Promise<void> {
  for (const { pid, name } of await startedBy(child.pid!)) if (name === "pulumi") send(pid, "SIGINT");
}

/** Kills a command of `carts` and all that it has started, as a machine that breaks down does. */
export async function killHard({ child, finished }: Running): Promise<void> {
  const pids = [child.pid!, ...(await startedBy(child.pid!)).map(({ pid }) => pid)];
  for (const pid of pids) send(pid, "SIGKILL");
  await finished;
  // One that is writing dies only when that is done.
  await until("all are gone", async () => !pids.some((pid) => send(pid, 0)));
}

/**
 * Cancels a command of `carts` as GitHub Actions does a job: SIGINT, after 7.5 s SIGTERM, after 2.5 s more the end of all
 * that it has started.
 */
export async function cancelAsJob(running: Running): Promise<Finished> {
  const { child, finished } = running;
  for (const [signal, seconds] of [
    ["SIGINT", 7.5],
    ["SIGTERM", 2.5],
  ] as const) {
    child.kill(signal);
    const ended = await Promise.race([finished, sleep(seconds * 1000)]);
    if (ended) return ended;
  }
  await killHard(running);
  return finished;
}

/** Whether there was such a process. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/**
 * Makes the state that of a run which was killed right after it had created all of these and noted none of them.
 *
 * @param created - resources to be pending; they need not be in the state.
 */
export async function makePending({ stateFile }: Stack, created: readonly ResourceState[]): Promise<void> {
  const file = JSON.parse(await readFile(stateFile, "utf8"));
  const latest = file.checkpoint.latest as Latest;
  const urns = created.map(({ urn }) => urn);
  latest.resources = latest.resources.filter(({ urn }) => !urns.includes(urn));
  const others = (latest.pending_operations ?? []).filter(({ resource }) => !urns.includes(resource.urn));
  latest.pending_operations = [
    ...created.map(({ id: _, outputs: __, created: ___, modified: ____, ...resource }) => ({
      resource,
      type: "creating" as const,
    })),
    ...others,
  ];
  await writeFile(stateFile, JSON.stringify(file));
}
