import { mkdir, readdir, rmdir, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../../console/index.ts";
import type { SnapshotChange } from "./runTests.ts";

/**
 * Writes snapshots, and removes those that no test uses, with the folder when it was the last.
 *
 * @throws UserError where one can't be written or removed.
 */
export async function writeSnapshots(changes: readonly SnapshotChange[]): Promise<void> {
  for (const { path, text } of changes) {
    try {
      if (text === undefined) await remove(path);
      else {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
    } catch (error) {
      throw new UserError(`cannot ${text === undefined ? "remove" : "write"} ${path}: ${(error as Error).message}`);
    }
  }
}

async function remove(path: string): Promise<void> {
  await unlink(path);
  if ((await readdir(dirname(path))).length === 0) await rmdir(dirname(path));
}
