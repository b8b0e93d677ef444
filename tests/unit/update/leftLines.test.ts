import assert from "node:assert/strict";
import { leftLines } from "../../../automation/update/leftBehind.ts";

describe("a table that a destroy leaves", () => {
  const table = { kind: "DynamoDB table", name: "t" };
  const remove = "`aws dynamodb delete-table --table-name t` deletes it";

  it("is named with the command that deletes it", () => {
    assert.deepEqual(leftLines([table], true), [`the DynamoDB table t stays, with its items: ${remove}`]);
  });

  it("is named with the command that comes first where it is protected", () => {
    const unprotect = "`aws dynamodb update-table --table-name t --no-deletion-protection-enabled`";
    assert.deepEqual(leftLines([{ ...table, protected: true }], true), [
      `the DynamoDB table t stays, with its items: it is protected; after ${unprotect} ${remove}`,
    ]);
  });
});
