import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { clean, noteWhatIsThere, TestSandbox, type Write } from "../../../sandbox/testing.ts";
import { POOL, QUICK } from "./pool.ts";

/** The sandbox of this worker, for one story after the other. Mocha numbers its workers; without any there is one. */
export const sandbox = new TestSandbox(join(POOL, process.env.MOCHA_WORKER_ID ?? "0"), QUICK);
export const { apply, get, isThere, kubectl, patch, patchStatus, remove } = sandbox.cluster;

let running = false;
let stories = 0;
let auditFrom = 0;

/**
 * What was written to the cluster, in the order in which the API server received it. Subresources are left out.
 *
 * @param from - a place in the audit log; default where this story begins.
 */
export const writes = (from = auditFrom): Write[] => sandbox.cluster.writes(from);

/** Starts the sandbox unless it runs, and gives the story a Pulumi backend of its own. */
export async function lease(): Promise<void> {
  if (!running) {
    let kept = process.env.E2E_KEEP !== undefined && existsSync(join(sandbox.folder, "state.json"));
    await sandbox.start({ fresh: !kept });
    if (kept && !(await clean(sandbox))) {
      await throwAway("what an earlier run left could not be cleaned");
      await sandbox.start();
      kept = false;
    }
    if (!kept) await noteWhatIsThere(sandbox);
    running = true;
  }
  const backend = join(sandbox.folder, "stories", `${Date.now()}-${stories++}`);
  sandbox.env = { ...sandbox.env, PULUMI_BACKEND_URL: pathToFileURL(backend).href };
  await mkdir(backend, { recursive: true });
  // For the AWS SDK within the tests.
  const forAws = Object.entries(sandbox.env).filter(([name]) => name.startsWith("AWS_"));
  Object.assign(process.env, Object.fromEntries(forAws));
  sandbox.commands.forget();
  auditFrom = sandbox.auditEnd();
}

/** Makes the sandbox as it was before the story, or throws it away: then the next story starts a new one. */
export async function giveBack(): Promise<void> {
  const killed = await sandbox.commands.endAll();
  if (killed > 0) return throwAway(`${killed} commands had to be ended`);
  if (!(await clean(sandbox))) await throwAway("it could not be cleaned");
}

async function throwAway(why: string): Promise<void> {
  console.log(`  a sandbox of the pool is thrown away: ${why}`);
  running = false;
  await sandbox.stop();
}
