import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { previousOutputs, shareByAddress } from "../../../components/previousState.ts";
import { declare } from "./mocks.ts";

describe("the stack's state", () => {
  it("is read once of each engine by a process that has several clients of one", async () => {
    shareByAddress();
    const read: string[] = [];
    for (const address of ["127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:2"]) {
      await declare({ onCall: () => read.push(address), previous: { urn: {} } });
      Object.assign(runtime.getMonitor()!, { getChannel: () => ({ getTarget: () => address }) });
      assert.deepEqual(await previousOutputs(), { urn: {} });
    }
    assert.deepEqual(read, ["127.0.0.1:1", "127.0.0.1:2"]);
  });
});
