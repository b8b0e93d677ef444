import assert from "node:assert/strict";
import { stagesOf } from "../../../automation/rollout/stages.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `n/i${String(i).padStart(3, "0")}`);
const none = { canary: [], ignored: [] };
const sizes = (count: number, stages: readonly string[]) =>
  stagesOf(names(count), { stages, ...none }).map(({ length }) => length);

describe("the stages of a rollout", () => {
  it("end at numbers and shares of all, and the last takes what is left", () => {
    assert.deepEqual(sizes(30, ["3", "10", "100%"]), [3, 7, 20]);
    assert.deepEqual(sizes(30, ["3", "10"]), [3, 7, 20]);
    assert.deepEqual(sizes(300, ["1", "10%", "50%"]), [1, 29, 120, 150]);
    assert.deepEqual(sizes(3, ["50%"]), [2, 1], "a share is rounded up");
  });

  it("are none that is empty, and nobody is in two", () => {
    assert.deepEqual(sizes(2, ["3", "10", "50%"]), [2]);
    assert.deepEqual(sizes(10, ["5", "3", "5"]), [5, 5], "what ends before the one before it is none");
    assert.deepEqual(sizes(0, ["1", "50%"]), []);
    assert.deepEqual(stagesOf(names(30), { stages: ["4", "17%"], ...none }).flat(), names(30));
  });

  it("begin with those that are named, and end with those that are not waited for", () => {
    const found = stagesOf(["n/a", "n/b", "n/c", "n/d", "n/e"], { stages: ["50%"], canary: ["n/e"], ignored: ["n/a"] });
    assert.deepEqual(found, [["n/e"], ["n/b"], ["n/c", "n/d", "n/a"]]);
    assert.deepEqual(stagesOf(["n/a"], { stages: ["1"], canary: [], ignored: ["n/a"] }), [["n/a"]]);
  });

  it("are refused where a name is nobody's, or in both", () => {
    const refused = (canary: string[], ignored: string[]) => () => stagesOf(["n/a"], { stages: [], canary, ignored });
    assert.throws(refused(["n/x"], []), /--canary names n\/x, but there is no such instance/);
    assert.throws(refused([], ["n/x"]), /--ignore names n\/x/);
    assert.throws(refused(["n/a"], ["n/a"]), /n\/a can't be in --canary and in --ignore/);
  });
});
