import { cp, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLONE } from "./kit/index.ts";

const DEFINITION = "components/definition/cartsDefinition.ts";

/** New text by old text. */
type Changes = Readonly<Record<string, string>>;

/**
 * A copy of the program with some of its files changed, as a pull request would change them. Returns its folder.
 *
 * @param changes - of the RGD, components/definition/cartsDefinition.ts.
 * @param files - changes of other files by path, or their whole new content.
 */
export async function changedProgram(
  changes: Changes,
  files: Readonly<Record<string, Changes | string>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "carts-stack-"));
  const parts = [
    "Pulumi.yaml",
    "preload.mjs",
    "package.json",
    "index.ts",
    "config.ts",
    "components",
    "packages/console",
  ];
  for (const part of parts) {
    await cp(join(CLONE, part), join(folder, part), { recursive: true });
  }
  await symlink(join(CLONE, "node_modules"), join(folder, "node_modules"));
  for (const [path, change] of Object.entries({ [DEFINITION]: changes, ...files })) {
    const source = await readFile(join(folder, path), "utf8");
    await writeFile(join(folder, path), typeof change === "string" ? change : changed(path, source, change));
  }
  return folder;
}

function changed(path: string, source: string, changes: Changes): string {
  return Object.entries(changes).reduce((result, [text, by]) => {
    if (!result.includes(text)) throw new Error(`${path} has no ${text}`);
    return result.replace(text, by);
  }, source);
}
