import { existsSync, realpathSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageProgram } from "../../../sandbox/testing.ts";
import { sandbox } from "./lease.ts";

/**
 * Has the sandbox's Pulumi run YAML programs: its releases do, for one that the sandbox has built the language host is built
 * as well, which takes minutes the first time.
 *
 * @returns whether it is a release.
 */
export async function runYaml(): Promise<boolean> {
  const bin = join(sandbox.folder, "bin");
  const release = dirname(realpathSync(join(bin, "pulumi")));
  if (release !== realpathSync(bin) && existsSync(join(release, "pulumi-language-yaml"))) return true;
  await symlink(await packageProgram("pulumi-language-yaml"), join(bin, "pulumi-language-yaml")).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
  return false;
}
