import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { ResourceState } from "../../automation/stack/index.ts";
import { type Latest, type Running, type Stack, until } from "./kit/index.ts";

/** Kills a command of `carts` and all that it has started, as a machine that breaks down does. */
export async function killHard({ child, finished }: Running): Promise<void> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid="]);
  const processes = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const childrenOf = (pid: number): number[] =>
    processes.flatMap(([own, parent]) => (parent === pid ? [own, ...childrenOf(own)] : []));
  const pids = [child.pid!, ...childrenOf(child.pid!)];
  for (const pid of pids) send(pid, "SIGKILL");
  await finished;
  // One that is writing dies only when that is done.
  await until("all are gone", async () => !pids.some((pid) => send(pid, 0)));
}

/** Whether there was such a process. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
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
