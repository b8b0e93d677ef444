import assert from "node:assert/strict";
import { toMilliseconds } from "../../../automation/commands/values.ts";
import { checkArgs } from "../../../components/index.ts";

describe("options of the carts command", () => {
  it("take the times that the arguments of CartsStack take, and refuse others in the same words", () => {
    const readers = [toMilliseconds, (create: string) => checkArgs({ clusterName: "c", timeouts: { create } })];
    for (const read of readers) {
      for (const text of ["90s", "20m", "1h30m"]) assert.doesNotThrow(() => read(text), text);
      for (const text of ["soon", "0s", "30m1h", "1000h"]) {
        assert.throws(() => read(text), /a time is written such as 90s, 20m or 1h30m, and at most 576h/i, text);
      }
    }
  });
});
