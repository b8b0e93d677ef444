import { cp, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLONE } from "./ownSandbox.ts";

const DEFINITION = "components/cartsDefinition.ts";

/**
 * A copy of the program with texts of its RGD replaced, as a pull request would change them. Returns its folder.
 *
 * @param changes - new text by old text.
 */
export async function changedProgram(changes: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "carts-stack-"));
  for (const part of ["Pulumi.yaml", "preload.mjs", "package.json", "index.ts", "config.ts", "components"]) {
    await cp(join(CLONE, part), join(folder, part), { recursive: true });
  }
  await symlink(join(CLONE, "node_modules"), join(folder, "node_modules"));
  let source = await readFile(join(folder, DEFINITION), "utf8");
  for (const [text, by] of Object.entries(changes)) {
    if (!source.includes(text)) throw new Error(`${DEFINITION} has no ${text}`);
    source = source.replace(text, by);
  }
  await writeFile(join(folder, DEFINITION), source);
  return folder;
}
