import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CLONE, TestSandbox } from "../../../sandbox/testing.ts";

/** Folder of the pool within `.sandbox`: one sandbox for each of mocha's workers. */
export const POOL = "e2e";

/** Shorter than in `npm run sandbox` wherever no test is about it. */
export const QUICK = { SANDBOX_KRO_REQUEUE_SECONDS: "1", SANDBOX_LAGS: process.env.E2E_LAGS ?? "short" };

/** Every sandbox that a run of the tests may have left, running or not. */
export function pooled(): TestSandbox[] {
  try {
    return readdirSync(join(CLONE, ".sandbox", POOL), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => new TestSandbox(join(POOL, name), QUICK));
  } catch {
    return [];
  }
}

const LOCK = join(CLONE, ".sandbox", "e2e.lock");

/** Keeps another run from taking this one's sandboxes. Throws when another is at work. */
export function takeAlone(): void {
  mkdirSync(dirname(LOCK), { recursive: true });
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
  } catch {
    const holder = Number(readFileSync(LOCK, "utf8"));
    if (isAlive(holder)) throw new Error(`other end-to-end tests run in this clone (pid ${holder}): wait, or end them`);
    rmSync(LOCK, { force: true });
    takeAlone();
  }
}

/** Lets another run go on. */
export const leave = (): void => rmSync(LOCK, { force: true });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
