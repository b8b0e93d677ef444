import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a command took. */
export interface Usage {
  /** Of CPU: others on the machine don't change them much. */
  readonly seconds: number;
  /** In MB. */
  readonly peak: number;
}

/** Runs Node, and says what it took. It may end with any code: what `diff` prints says whether it failed. */
export function usageOf(...args: readonly string[]): Usage {
  const folder = mkdtempSync(join(tmpdir(), "bench-usage-"));
  const file = join(folder, "usage.json");
  try {
    execFileSync(process.execPath, ["--import", join(import.meta.dirname, "usage.mjs"), ...args], {
      env: { ...process.env, BENCH_USAGE: file },
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    const { status, stderr } = error as { readonly status: number; readonly stderr: Buffer };
    // 2: there is a change.
    if (status !== 2) throw new Error(`node ${args.join(" ")}: ${stderr}`);
  }
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
