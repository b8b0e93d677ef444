import * as aws from "../e2e/aws.ts";
import { assertNothingLeft, assertRolledOut, IMAGE, TABLE } from "../e2e/carts/expected.ts";
import { Stack, story } from "../e2e/kit/index.ts";

const ROUNDS = Number(process.env.LONG_ROUNDS ?? 10);
const stack = new Stack({ tableOnDestroy: "delete" });

story("up, update and destroy, round after round on one cluster", () => {
  before(stack.init);

  for (let round = 1; round <= ROUNDS; round++) {
    it(`leave nothing behind, round ${round} of ${ROUNDS}`, async () => {
      await stack.up();
      await aws.putItems(TABLE, round);
      await stack.up({ imageVersion: `1.4.${round}` });
      await assertRolledOut(`${IMAGE}:1.4.${round}`);
      await stack.succeed("preview --expect-no-changes", { imageVersion: `1.4.${round}` });
      await stack.succeed("destroy --yes --skip-preview");
      await assertNothingLeft();
    });
  }
});
