import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CLONE, TestSandbox } from "../../../sandbox/testing.ts";

/** Folder of the pool within `.sandbox`: one sandbox for each of mocha's workers. */
export const POOL = "e2e";

/** Shorter than in `npm run sandbox` wherever no test is about it. */
export const QUICK = { SANDBOX_KRO_REQUEUE_SECONDS: "1", SANDBOX_LAGS: "short" };

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
