import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "./command.ts";
import { sandboxBinMark } from "./environment.ts";
import { clone } from "./paths.ts";

/** A program that the machine has. */
export interface MachineProgram {
  path: string;
  /** As it prints it, for example "1.36.3". */
  version: string;
}

/** The first fit program of one of these names on PATH; programs of a sandbox, or of the clone, don't count. */
export async function findOnMachine(
  names: string[],
  versionArgs: string[],
  isFit: (version: number[], folder: string) => boolean,
): Promise<MachineProgram | undefined> {
  for (const path of names.flatMap((name) => allOnPath(name))) {
    const { code, stdout, stderr } = await run(path, versionArgs, { timeout: 10 }).catch(() => failed);
    const version = /\d+\.\d+(\.\d+)?/.exec(stdout || stderr)?.[0];
    if (code === 0 && version && isFit(version.split(".").map(Number), dirname(path))) return { path, version };
  }
  return undefined;
}

/** Where on PATH a program of that name is, first things first. */
export function allOnPath(name: string): string[] {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder && !isOurs(folder));
  const found = folders.map((folder) => join(folder, name)).filter(isExecutable);
  const seen = new Set<string>();
  return found.filter((path) => !seen.has(realpathSync(path)) && seen.add(realpathSync(path)));
}

const failed = { code: 1, stdout: "", stderr: "" };

function isOurs(folder: string): boolean {
  return existsSync(join(folder, sandboxBinMark)) || folder === join(clone, "node_modules", ".bin");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
