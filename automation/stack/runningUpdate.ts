import { readdir, readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { exportedState } from "./exported.ts";
import { type Holder, judge, type Lock } from "./locks.ts";
import type { OpenStack } from "./selection.ts";

/**
 * Whether an update of a stack is running, as its backend tells without a lock being taken: one sentence, or undefined.
 * Where the backend can't be asked nothing is said: whoever comes next learns it.
 */
export async function runningUpdate(open: OpenStack): Promise<string | undefined> {
  try {
    const url = process.env.PULUMI_BACKEND_URL || (await open.stack.workspace.whoAmI()).url || "";
    if (url.startsWith("file:")) return await fromFiles(url, open);
    return /^https?:/.test(url) ? await fromService(open) : await fromState(open);
  } catch {
    return undefined;
  }
}

const said = (who: string, since: Date): string =>
  `an update of this stack${who} is running since ${since.toISOString().replace(/\.\d+/, "")}: ` +
  "what is shown may be out of date by the time it ends";

/** A folder: its locks are files. One whose process is known to have been killed is not running. */
async function fromFiles(url: string, { stack, project, cwd }: OpenStack): Promise<string | undefined> {
  const place = url.replace(/\?.*$/, "");
  const path = place.startsWith("file:///") ? fileURLToPath(place) : place.slice("file://".length);
  const root = resolve(cwd, path.replace(/^~(?=\/|$)/, homedir()));
  const name = stack.name.split("/").at(-1)!;
  // The second is that of a backend that is older than projects.
  for (const folder of [join("organization", project, name), name]) {
    for (const holder of await holdersIn(join(root, ".pulumi", "locks", folder))) {
      const lock: Lock = { text: "", holder };
      if (holder.host === hostname() && judge(lock).mayBreak) continue;
      return said(` by ${holder.user} on ${holder.host}`, new Date(holder.since));
    }
  }
  return undefined;
}

/** @see https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go */
interface LockFile {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

async function holdersIn(folder: string): Promise<Holder[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json"));
  return Promise.all(
    files.map(async (name) => {
      const { pid, username, hostname, timestamp } = JSON.parse(await readFile(join(folder, name), "utf8")) as LockFile;
      return { user: username, host: hostname, pid, since: timestamp };
    }),
  );
}

/** Pulumi Cloud, which notes an update when it begins, and names nobody. */
async function fromService({ stack }: OpenStack): Promise<string | undefined> {
  const last = await stack.info(false);
  return last?.result === "in-progress" ? said("", new Date(last.startTime)) : undefined;
}

/** A bucket, whose locks Pulumi shows only to who wants to have one. What is pending in the state, a killed run may have left. */
async function fromState({ stack }: OpenStack): Promise<string | undefined> {
  const { pending_operations: pending = [] } = await exportedState(stack);
  if (pending.length === 0) return undefined;
  return "an update of this stack is running, or was killed: what is shown may be out of date by the time it ends";
}
