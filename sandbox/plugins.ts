import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { script } from "./binFolder.ts";
import { run } from "./command.ts";
import { allOnPath } from "./machine.ts";
import { npmPackageVersion, type Part } from "./parts.ts";
import { cacheDir, clone, paths } from "./paths.ts";
import { step } from "./progress.ts";

const standInMark = "STAND-IN";
const retryAfterHours = 24;
const secondsWithoutProgress = 10;

/**
 * Puts the resource plugins of that name into the sandbox's PULUMI_HOME: the official one from PATH, from the user's
 * PULUMI_HOME or from the internet, else the stand-in. Returns its row of the table.
 */
export async function installPlugin(name: "aws" | "kubernetes", pulumi: string): Promise<Part> {
  const version = npmPackageVersion(`@pulumi/${name}`);
  const part = { name: `pulumi-resource-${name}`, version };
  const onPath = allOnPath(part.name)[0];
  if (onPath) {
    place(name, version, (folder) => symlinkSync(onPath, join(folder, part.name)));
    return { ...part, kind: "real", source: onPath };
  }
  const usersHome = process.env.PULUMI_HOME || join(homedir(), ".pulumi");
  const cacheHome = join(cacheDir, "pulumi-plugins");
  for (const home of [usersHome, cacheHome]) {
    if (home === cacheHome) await download(name, version, pulumi, cacheHome);
    const official = pluginFolder(home, name, version);
    if (!existsSync(join(official, part.name)) || existsSync(join(official, standInMark))) continue;
    // The folder must be a real one: Pulumi does not look into a link to a folder.
    place(name, version, (folder) => {
      for (const file of readdirSync(official)) symlinkSync(join(official, file), join(folder, file));
    });
    return { ...part, kind: "real", source: official };
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

/**
 * Lets Pulumi download the plugin into the cache. It is ended when nothing arrives for some seconds, and a failure is
 * remembered for a day: delete the file `<name>-<version>.unavailable` in the cache to try again at once.
 */
async function download(name: string, version: string, pulumi: string, home: string): Promise<void> {
  const failure = join(home, `${name}-${version}.unavailable`);
  if (existsSync(join(pluginFolder(home, name, version), `pulumi-resource-${name}`))) return;
  if (existsSync(failure) && Date.now() - statSync(failure).mtimeMs < retryAfterHours * 3600_000) return;
  const temporary = join(home, `download-${name}-${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  const env = { ...process.env, PULUMI_HOME: home, TMPDIR: temporary, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const stalled = new AbortController();
  const finished = new AbortController();
  try {
    await step(`asking for the official ${name} plugin ${version}`, async (detail) => {
      const watching = abortWhenStalled([temporary, join(home, "plugins")], stalled, finished.signal, detail);
      const args = ["plugin", "install", "resource", name, version];
      const { code, stderr } = await run(pulumi, args, { env, signal: stalled.signal });
      finished.abort();
      await watching;
      if (code !== 0) writeFileSync(failure, stderr);
    });
  } finally {
    finished.abort();
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function abortWhenStalled(
  folders: string[],
  stalled: AbortController,
  finished: AbortSignal,
  detail: (text: string) => void,
): Promise<void> {
  let size = sizeOf(folders);
  for (let since = Date.now(); !finished.aborted; ) {
    await sleep(500, undefined, { signal: finished }).catch(() => {});
    const now = sizeOf(folders);
    if (now !== size) {
      size = now;
      since = Date.now();
      detail(`${Math.round(now / 1e6)} MB`);
    }
    if (Date.now() - since > secondsWithoutProgress * 1000) return stalled.abort();
  }
}

function sizeOf(folders: string[]): number {
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))));
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}
