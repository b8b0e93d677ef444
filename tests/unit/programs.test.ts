import { equal, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const CLONE = join(import.meta.dirname, "../..");
const CHANGES = join(CLONE, "tests/programs/changes");

describe("the changes of the program that end-to-end tests make", () => {
  const patches = readdirSync(CHANGES);
  ok(patches.length > 0);
  for (const patch of patches) {
    it(`${patch} fits what is there`, () => {
      const args = ["apply", "--check", join(CHANGES, patch)];
      const { status, stderr } = spawnSync("git", args, { cwd: CLONE, encoding: "utf8" });
      equal(status, 0, `${stderr}Make it anew: change the files as it does, and \`git diff\` them`);
    });
  }
});
