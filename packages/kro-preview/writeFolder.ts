import { constants } from "node:fs";
import { lstat, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../console/index.ts";
import type { ChildFile } from "./format/yaml.ts";

/**
 * Writes files into a folder, which is made if it isn't there. Files of the same name are written over; others stay.
 *
 * @throws UserError where one can't be written, or a symbolic link leads out of the folder.
 */
export async function writeFolder(folder: string, files: readonly ChildFile[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { path, text } of files) {
      await makeFolder(folder, dirname(path));
      const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
      const handle = await open(join(folder, path), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
      await handle.writeFile(text).finally(() => handle.close());
    }
  } catch (error) {
    throw new UserError(`cannot write to ${folder}: ${(error as Error).message}`);
  }
}

/** A folder within a folder, of real folders only. */
async function makeFolder(folder: string, path: string): Promise<void> {
  let place = folder;
  for (const part of path.split("/")) {
    place = join(place, part);
    await mkdir(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if (!(await lstat(place)).isDirectory()) throw new Error(`${place} is no folder of its own`);
  }
}
