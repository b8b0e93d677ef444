import assert from "node:assert/strict";
import type { Health } from "../../../automation/rollout/health.ts";
import { Failing } from "../../../automation/rollout/verify.ts";

const sick = (id: string, patience: number, name: "image-pull" | "kro-absent" = "image-pull"): Health => ({
  ...{ id, isHealthy: false, patience },
  cause: { name, object: id, message: `${id} for ${patience / 1000} s` },
});
const [SOON, LATER] = [15_000, 60_000];

describe("for how long an instance may fail", () => {
  /** What it fails for in the end, of what is seen each second. */
  function endOf(seen: (second: number) => readonly Health[]): [second: number, id: string] | undefined {
    const failing = new Failing();
    for (let second = 0; second <= 100; second++) {
      const ripe = failing.see(seen(second), second * 1000);
      if (ripe) return [second, ripe.cause!.message];
    }
    return undefined;
  }

  it("is as long as its cause says, without a break", () => {
    assert.deepEqual(
      endOf(() => [sick("a", SOON)]),
      [15, "a for 15 s"],
    );
    assert.deepEqual(
      endOf(() => [sick("a", LATER)]),
      [60, "a for 60 s"],
    );
    assert.equal(
      endOf((second) => (second % 10 === 9 ? [] : [sick("a", SOON)])),
      undefined,
    );
    assert.equal(
      endOf(() => [sick("a", Number.POSITIVE_INFINITY)]),
      undefined,
    );
  });

  it("begins anew with a cause of less patience, and goes on with one of more", () => {
    assert.deepEqual(
      endOf((second) => [sick("a", second < 30 ? LATER : SOON)]),
      [45, "a for 15 s"],
    );
    assert.deepEqual(
      endOf((second) => [sick("a", second % 2 === 0 ? LATER : SOON)]),
      [60, "a for 60 s"],
    );
    assert.deepEqual(
      endOf((second) => [second < 50 ? sick("a", 70_000, "kro-absent") : sick("a", SOON)]),
      [65, "a for 15 s"],
    );
  });

  it("is told with the cause of the one that has failed for so long, whatever fails beside it", () => {
    assert.deepEqual(
      endOf((second) => [...(second > 55 ? [sick("b", SOON)] : []), sick("a", LATER)]),
      [60, "a for 60 s"],
    );
  });
});
