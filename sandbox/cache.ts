import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir } from "./paths.ts";

/**
 * The cached folder of a part, made when it isn't there: `make` fills a folder beside it, which is then renamed, so that
 * neither an interrupted nor a concurrent build can leave a broken part.
 * @param inputs - what the content depends on besides the version: pinned hashes, flags, the toolchain
 */
export async function cached(
  part: string,
  version: string,
  inputs: string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const target = cachedFolder(part, version, inputs);
  if (existsSync(target)) return target;
  mkdirSync(join(cacheDir, part), { recursive: true });
  const unfinished = mkdtempSync(`${target}.`);
  try {
    await make(unfinished);
    moveInto(unfinished, target);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return target;
}

/** Where a part of these inputs is once it is made. */
export function cachedFolder(part: string, version: string, inputs: string[]): string {
  const fingerprint = fingerprintOf([process.platform, process.arch, ...inputs]);
  return join(cacheDir, part, `${version}-${fingerprint}`);
}

/** Eight hex digits that change when any of the texts does. */
export function fingerprintOf(texts: string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 8);
}

/** The contents of a file, or of all files under a folder, as texts for `fingerprintOf`. */
export function contentsOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path, readFileSync(path, "utf8")];
  return readdirSync(path)
    .sort()
    .filter((name) => name !== "__pycache__")
    .flatMap((name) => contentsOf(join(path, name)));
}

/** Copies the YAML files under a folder. Not the permissions: in Go's module cache everything is read-only. */
export function copyManifests(from: string, to: string): void {
  const names = readdirSync(from, { recursive: true }).map(String);
  for (const name of names.filter((each) => each.endsWith(".yaml"))) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), readFileSync(join(from, name)));
  }
}

function moveInto(unfinished: string, target: string): void {
  try {
    renameSync(unfinished, target);
  } catch (error) {
    // Another sandbox was quicker: its copy stays.
    if (!existsSync(target)) throw error;
  }
}
