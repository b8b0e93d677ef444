import { cp, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLONE } from "./ownSandbox.ts";

const DEFINITION = "components/cartsDefinition.ts";

/** A copy of the program with one text of its RGD replaced, as a pull request would change it. Returns its folder. */
export async function changedProgram(text: string, by: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "carts-stack-"));
  for (const part of ["Pulumi.yaml", "compileCache.mjs", "package.json", "index.ts", "config.ts", "components"]) {
    await cp(join(CLONE, part), join(folder, part), { recursive: true });
  }
  await symlink(join(CLONE, "node_modules"), join(folder, "node_modules"));
  const source = await readFile(join(folder, DEFINITION), "utf8");
  if (!source.includes(text)) throw new Error(`${DEFINITION} has no ${text}`);
  await writeFile(join(folder, DEFINITION), source.replace(text, by));
  return folder;
}
