import { cp, mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { CLONE } from "../../../sandbox/testing.ts";
import { sandbox } from "./lease.ts";

/** Folder of the programs that only tests run. */
export const PROGRAMS = join("tests", "programs");

/** What a program is made of. */
const PARTS = [
  "Pulumi.yaml",
  "preload.mjs",
  "package.json",
  "index.ts",
  "config.ts",
  "components",
  "packages",
  PROGRAMS,
];

/**
 * A copy of the clone's programs as a pull request would change them: for a change of the RGD, which is no argument of
 * the component's.
 *
 * @param change - name of a patch in tests/programs/changes.
 * @param program - folder of a program within the clone; default the program itself.
 * @returns the program's folder within the copy.
 */
export async function pullRequest(change: string, program = "."): Promise<string> {
  const copies = join(sandbox.folder, "programs");
  await mkdir(copies, { recursive: true });
  // Below the clone, so that its node_modules are found.
  const copy = await mkdtemp(join(copies, `${change}-`));
  for (const part of PARTS) await cp(join(CLONE, part), join(copy, part), { recursive: true });
  const patch = join(CLONE, PROGRAMS, "changes", `${change}.patch`);
  // Git would take the clone for the tree that is meant.
  const env = { ...sandbox.env, GIT_CEILING_DIRECTORIES: copies };
  await sandbox.succeed("git", ["apply", patch], { cwd: copy, env });
  return join(copy, program);
}
