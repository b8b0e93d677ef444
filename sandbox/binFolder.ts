import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxBinMark } from "./environment.ts";
import type { Obtained } from "./obtain.ts";
import { paths } from "./paths.ts";

/** Fills the folder that comes first on PATH in the sandbox's environment: pulumi, kubectl, aws and a fit node. */
export function fillBinFolder({ programs, awsCli, ownPulumi }: Obtained): void {
  mkdirSync(paths.bin, { recursive: true });
  writeFileSync(join(paths.bin, sandboxBinMark), "");
  replace("node", (path) => symlinkSync(process.execPath, path));
  replace("kubectl", (path) => symlinkSync(programs.kubectl!, path));
  replace("aws", (path) => writeFileSync(path, script(awsCli), { mode: 0o755 }));
  if (ownPulumi) {
    replace("pulumi", (path) => symlinkSync(programs.pulumi!, path));
    // It finds the language host in its own folder, which is on PATH.
    replace("pulumi-language-nodejs", () => {});
    return;
  }
  // Not a symbolic link: the CLI warns about a language host that is not in its own folder.
  replace("pulumi", (path) => linkOrCopy(programs.pulumi!, path));
  // That old language host does not read the runtime options of Pulumi.yaml: in its days the CLI passed them as flags.
  const host = [programs["pulumi-language-nodejs"]!, "-typescript=false"];
  replace("pulumi-language-nodejs", (path) => writeFileSync(path, script(host), { mode: 0o755 }));
}

/** A shell script that becomes the given program, with its own arguments after the given ones. */
export function script(command: string[]): string {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`;
}

function replace(name: string, make: (path: string) => void): void {
  const path = join(paths.bin, name);
  rmSync(path, { force: true });
  make(path);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
  if (!existsSync(to)) throw new Error(`cannot make ${to}`);
}
