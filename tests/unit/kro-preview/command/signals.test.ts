import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const DOOR = join(import.meta.dirname, "../../../../packages/kro-preview/bin.mjs");

/** Keeps the one thread busy once the command reads its stdin. */
const BUSY = `data:text/javascript,${encodeURIComponent(`
process.stdin.once("end", () => { process.stderr.write("busy"); for (;;); });
`)}`;

describe("kro-preview that is busy", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`ends at ${signal}`, async () => {
      const child = spawn(process.execPath, ["--import", BUSY, DOOR, "render", "-f", "-"], { stdio: "pipe" });
      const exit = once(child, "exit");
      const limit = setTimeout(() => child.kill("SIGKILL"), 20_000);
      child.stdin.end("a: b\n");
      await once(child.stderr, "data");
      child.kill(signal);
      assert.deepEqual(await exit, [null, signal]);
      clearTimeout(limit);
    });
  }
});
