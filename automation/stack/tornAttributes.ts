import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OpenStack } from "./selection.ts";

/**
 * Takes away what a killed Pulumi has left of a file of attributes beside a stack's state in a folder: it writes that file
 * in place, and the state itself at once. Without one, a state is read as well; with half of one it is not.
 *
 * @returns whether there was one. False for any other backend.
 * @see https://pkg.go.dev/gocloud.dev/blob/fileblob
 */
export async function removeTornAttributes({ stack, project }: OpenStack): Promise<boolean> {
  const { url } = await stack.workspace.whoAmI();
  if (!url?.startsWith("file://")) return false;
  const folder = join(
    fileURLToPath(url.replace("file://~", `file://${process.env.HOME}`)),
    ".pulumi",
    "stacks",
    project,
  );
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => name.startsWith(`${stack.name}.json`) && name.endsWith(".attrs"));
  const torn = await Promise.all(own.map((name) => isTorn(join(folder, name))));
  const found = own.filter((_, i) => torn[i]);
  for (const name of found) await rm(join(folder, name));
  return found.length > 0;
}

async function isTorn(file: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(file, "utf8"));
    return false;
  } catch (error) {
    return error instanceof SyntaxError;
  }
}
