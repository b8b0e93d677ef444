import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { script } from "./environment.ts";
import { allOnPath } from "./machine.ts";
import { npmPackageVersion, type Part } from "./parts.ts";
import { clone, paths } from "./paths.ts";
import { officialRelease } from "./releases/officialRelease.ts";

/** In every plugin folder that a sandbox filled: its shell has a PULUMI_HOME, which is nobody's own. */
const sandboxMark = ".of-a-sandbox";

/** A resource plugin of Pulumi's. */
export interface Plugin {
  /** Its row of the table. */
  part: Part;
  /** Puts it into the sandbox's PULUMI_HOME. */
  install: () => void;
}

type Name = "aws" | "eks" | "kubernetes";

/** The official plugin of the npm package's version: from PATH, from the user's PULUMI_HOME, or the official release. */
export async function officialPlugin(name: Name): Promise<Plugin | undefined> {
  const part = partOf(name);
  const onPath = allOnPath(part.name)[0];
  if (onPath) {
    const install = () => place(name, part.version, (folder) => symlinkSync(onPath, join(folder, part.name)));
    return { part: { ...part, kind: "real", source: onPath }, install };
  }
  const users = pluginFolder(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), name, part.version);
  if (existsSync(join(users, part.name)) && !existsSync(join(users, sandboxMark))) {
    return pluginIn(users, name, { version: part.version, source: users });
  }
  const release = await officialRelease(part.name, part.version);
  return release ? pluginIn(release, name, { version: part.version, source: "official release" }) : undefined;
}

/** The plugin whose files are in a folder. */
export function pluginIn(folder: string, name: Name, { version, source }: Pick<Part, "version" | "source">): Plugin {
  const part = partOf(name);
  // The folder must be a real one: Pulumi does not look into a link to a folder.
  const fill = (target: string) => {
    for (const file of readdirSync(folder)) symlinkSync(join(folder, file), join(target, file));
  };
  return { part: { ...part, version, kind: "real", source }, install: () => place(name, part.version, fill) };
}

/** What takes the place of the official plugin of aws or eks, which nobody can build from a registry's packages. */
export function standInFor(name: "aws" | "eks"): Plugin {
  const part = partOf(name);
  const fill = (folder: string) => {
    const program = [process.execPath, join(clone, "sandbox", "standins", name, "main.ts")];
    writeFileSync(join(folder, part.name), script(program), { mode: 0o755 });
  };
  const source = "the official plugin cannot be had here";
  return { part: { ...part, kind: "stand-in", source }, install: () => place(name, part.version, fill) };
}

function partOf(name: Name): Pick<Part, "name" | "version"> {
  return { name: `pulumi-resource-${name}`, version: npmPackageVersion(`@pulumi/${name}`) };
}

function pluginFolder(home: string, name: string, version: string): string {
  return join(home, "plugins", `resource-${name}-v${version}`);
}

function place(name: string, version: string, fill: (folder: string) => void): void {
  const folder = pluginFolder(paths.pulumiHome, name, version);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill(folder);
  writeFileSync(join(folder, sandboxMark), "");
  // Pulumi takes a plugin without this file for one that is still being installed.
  writeFileSync(`${folder}.lock`, "");
}
