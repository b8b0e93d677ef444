import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { script } from "./binFolder.ts";
import { allOnPath } from "./machine.ts";
import { npmPackageVersion, type Part } from "./parts.ts";
import { clone, paths } from "./paths.ts";
import { officialRelease } from "./releases/officialRelease.ts";

const standInMark = "STAND-IN";

/**
 * Puts the resource plugins of that name into the sandbox's PULUMI_HOME: the official one from PATH, from the user's
 * PULUMI_HOME or the official release, else the stand-in. Returns its row of the table.
 */
export async function installPlugin(name: "aws" | "kubernetes"): Promise<Part> {
  const version = npmPackageVersion(`@pulumi/${name}`);
  const part = { name: `pulumi-resource-${name}`, version };
  const onPath = allOnPath(part.name)[0];
  if (onPath) {
    place(name, version, (folder) => symlinkSync(onPath, join(folder, part.name)));
    return { ...part, kind: "real", source: onPath };
  }
  const users = pluginFolder(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), name, version);
  const isTheUsers = existsSync(join(users, part.name)) && !existsSync(join(users, standInMark));
  const official = isTheUsers ? users : await officialRelease(part.name, version);
  if (official) {
    // The folder must be a real one: Pulumi does not look into a link to a folder.
    place(name, version, (folder) => {
      for (const file of readdirSync(official)) symlinkSync(join(official, file), join(folder, file));
    });
    return { ...part, kind: "real", source: isTheUsers ? users : "official release" };
  }
  place(name, version, (folder) => {
    const program = [process.execPath, join(clone, "sandbox", "standins", name, "main.ts")];
    writeFileSync(join(folder, part.name), script(program), { mode: 0o755 });
    writeFileSync(join(folder, standInMark), "");
  });
  return { ...part, kind: "stand-in", source: "the official plugin cannot be had here" };
}

function pluginFolder(home: string, name: string, version: string): string {
  return join(home, "plugins", `resource-${name}-v${version}`);
}

function place(name: string, version: string, fill: (folder: string) => void): void {
  const folder = pluginFolder(paths.pulumiHome, name, version);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill(folder);
  // Pulumi takes a plugin without this file for one that is still being installed.
  writeFileSync(`${folder}.lock`, "");
}
