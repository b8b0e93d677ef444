import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { CLONE } from "../../../sandbox/testing.ts";
import { leave, pooled, takeAlone } from "./pool.ts";
import { forgetTimes, printTimes } from "./times.ts";

const keep = process.env.E2E_KEEP !== undefined;

/** Before all tests: what a run that was killed has left ends, and every part is there. */
export async function mochaGlobalSetup(): Promise<void> {
  takeAlone();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      for (const sandbox of pooled()) sandbox.stopNow();
      leave();
      process.exit(130);
    });
  }
  if (!keep) await stopAll();
  forgetTimes();
  // The first time it builds every part: its progress is for the person who waits.
  const start = join(CLONE, "sandbox", "start.mjs");
  const [code] = await once(spawn("node", [start, "parts"], { cwd: CLONE, stdio: "inherit" }), "exit");
  if (code !== 0) throw new Error("a part of the sandbox could not be had: see above");
}

/** After all tests. */
export async function mochaGlobalTeardown(): Promise<void> {
  if (!keep) await stopAll();
  leave();
  printTimes();
}

async function stopAll(): Promise<void> {
  await Promise.all(pooled().map((sandbox) => sandbox.stop()));
}
