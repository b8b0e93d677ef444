import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { ResourceState } from "../../automation/stackState.ts";
import { type Latest, type Running, type Stack, until } from "./kit/index.ts";

/** Kills a command of `carts`, and the pulumi that it runs, as a machine that breaks down does. */
export async function killHard({ child, finished }: Running): Promise<void> {
  const { stdout } = await promisify(execFile)("pgrep", ["-P", String(child.pid), "-x", "pulumi"]);
  const pids = [child.pid!, ...stdout.split("\n").filter(Boolean).map(Number)];
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await finished;
  // One that is writing dies only when that is done.
  await until("all are gone", async () => !pids.some(isAlive));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
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
