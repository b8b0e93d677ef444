import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as aws from "../e2e/aws.ts";
import { assertNothingLeft, assertRolledOut, IMAGE, ROLE, TABLE } from "../e2e/carts/expected.ts";
import { killHard } from "../e2e/interrupted.ts";
import { Stack, story } from "../e2e/kit/index.ts";

const stack = new Stack({ tableOnDestroy: "delete" });

/** Seconds from the start of `up` to its death: in the plan, between the AWS parts, while kro works, near the end. */
const MOMENTS = [1, 3, 5, 7, 9, 11];

const tests = () => {
  before(stack.init);

  for (const seconds of MOMENTS) {
    it(`after ${seconds} s: --resume converges, with one of each thing`, async () => {
      const running = await stack.begin("up");
      const done = await Promise.race([sleep(seconds * 1000), running.finished]);
      // A fast machine may be done before the last moments.
      if (!done) await killHard(running);
      const resumed = await stack.carts("up", {}, "--resume");
      assert.equal(resumed.code, 0, resumed.output);
      await assertRolledOut(`${IMAGE}:1.3.0`);
      assert.deepEqual(await aws.tables(), [TABLE]);
      assert.equal((await aws.associations()).length, 1);
      assert.equal((await aws.roles()).filter((name) => name === ROLE).length, 1);
      await stack.succeed("preview --expect-no-changes");
      await stack.succeed("destroy --yes --skip-preview");
      await assertNothingLeft();
    });
  }
};

story("an up that is killed", tests, { goesOn: true });
