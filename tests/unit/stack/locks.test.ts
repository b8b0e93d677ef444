import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { explainLock, judge, lockIn, type Self } from "../../../automation/stack/locks.ts";
import { startOf } from "../../../automation/stack/processStart.ts";

const SAID = `code: 255
 stdout:
 stderr: error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://state/.pulumi/locks/organization/shop/dev/1.json: created by ci@runner-1 (pid 42) at 2026-01-01T00:00:00Z
`;
const CLOUD = "error: [409] Conflict: Another update is currently in progress.";
const lock = lockIn(SAID)!;
const self = (changes: Partial<Self> = {}): Self => ({
  user: "ci",
  host: "runner-1",
  isAlive: () => false,
  startOf: () => new Date("2026-01-01T00:00:00Z"),
  ...changes,
});

describe("a stack's lock", () => {
  it("is recognised in what Pulumi prints, of any backend", () => {
    assert.deepEqual(lock.holder, { user: "ci", host: "runner-1", pid: 42, since: "2026-01-01T00:00:00Z" });
    assert.equal(lockIn(CLOUD)?.holder, undefined);
    assert.equal(lockIn("error: update failed"), undefined);
  });

  it("may be broken by its own user, and not while its process runs", () => {
    assert.equal(judge(lock, self()).mayBreak, true);
    assert.equal(judge(lock, self({ host: "runner-2", isAlive: () => true })).mayBreak, true);
    assert.equal(judge(lock, self({ isAlive: () => true })).mayBreak, false);
    assert.equal(judge(lock, self({ user: "ann" })).mayBreak, false);
    assert.equal(judge(lockIn(CLOUD)!, self()).mayBreak, false);
  });

  it("is not held by another process that has the number of the one that was killed", () => {
    const at = (time: string) => self({ isAlive: () => true, startOf: () => new Date(time) });
    const { mayBreak, why } = judge(lock, at("2026-01-01T00:01:00Z"));
    assert.deepEqual(
      [mayBreak, why],
      [true, "That process was killed: what is process 42 now began only at 2026-01-01T00:01:00.000Z."],
    );
    assert.equal(judge(lock, at("2026-01-01T00:00:02Z")).mayBreak, false, "clocks may differ by that much");
    assert.equal(judge(lock, self({ isAlive: () => true, startOf: () => undefined })).mayBreak, false);
    assert.equal(judge(lock, { ...at("2026-01-01T00:01:00Z"), user: "ann" }).mayBreak, false, "it is another's lock");
  });

  it("is judged by when a process began, as ps tells it, too", () => {
    const child = spawn("sleep", ["30"]);
    try {
      const env = { ...process.env, LC_ALL: "C" };
      const told = execFileSync("ps", ["-o", "lstart=", "-p", String(child.pid)], { encoding: "utf8", env });
      const apart = startOf(child.pid!)!.getTime() - Date.parse(told);
      assert.ok(Math.abs(apart) < 3000, `${apart} ms apart`);
    } finally {
      child.kill();
    }
    assert.equal(startOf(2 ** 30), undefined);
  });

  it("is explained in one sentence: by whom, where, since when, and what to do", () => {
    const text = explainLock("dev", lock, judge(lock, self()));
    assert.match(text, /^the stack dev is locked by ci on runner-1 \(process 42\) since 2026-01-01T00:00:00Z\./);
    assert.match(text, /`--resume` breaks the lock/);
    assert.doesNotMatch(explainLock("dev", lock, judge(lock, self({ user: "ann" }))), /--resume/);
  });
});
