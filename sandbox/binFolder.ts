import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quote, sandboxBinMark, script } from "./environment.ts";
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
  const host = programs["pulumi-language-nodejs"]!;
  replace("pulumi-language-nodejs", (path) => writeFileSync(path, languageHost(host), { mode: 0o755 }));
}

/**
 * That old language host does not read the runtime options of Pulumi.yaml: in its days the CLI passed them as flags.
 * The CLI of today starts it in the project's folder.
 */
function languageHost(program: string): string {
  return `#!/bin/sh
typescript=true
grep -Eq '^ *typescript: *false *$' Pulumi.yaml 2>/dev/null && typescript=false
nodeargs=$(sed -n 's/^ *nodeargs: *//p' Pulumi.yaml 2>/dev/null)
exec ${quote(program)} -typescript=$typescript -nodeargs="$nodeargs" "$@"
`;
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
