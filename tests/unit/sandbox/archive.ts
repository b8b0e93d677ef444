import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A .tar.gz of executable files, by their paths in it. */
export function archiveOf(files: Record<string, string>): Buffer {
  const source = mkdtempSync(join(tmpdir(), "archive-"));
  for (const [name, content] of Object.entries(files)) {
    const path = join(source, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, 0o755);
  }
  const archive = execFileSync("tar", ["-czf", "-", "-C", source, "."]);
  rmSync(source, { recursive: true });
  return archive;
}

/** A program that prints one word; long enough that a download of it can be cut in half. */
export function programThatSays(word: string): string {
  return `#!/bin/sh\necho ${word}\n# ${hashOf("sha512", word).repeat(40)}\n`;
}

export function hashOf(algorithm: string, content: Buffer | string): string {
  return createHash(algorithm).update(content).digest("hex");
}
