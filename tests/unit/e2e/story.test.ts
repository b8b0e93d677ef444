import { deepEqual, equal, match } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CLONE = join(import.meta.dirname, "../../..");
const GREP = join(CLONE, "tests/e2e/kit/grep.ts");
const STORIES = join(import.meta.dirname, "stories.ts");

/** Runs stories.ts with mocha. */
function mocha(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "carts-stack-"));
  const command = [join(CLONE, "node_modules/mocha/bin/mocha.js"), "--no-config", "--require", GREP, STORIES];
  const { E2E_GREP: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
    ...{ cwd: CLONE, encoding: "utf8" },
    env: { ...env, NO_COLOR: "1", E2E_TIMES: join(folder, "times") },
  });
  rmSync(folder, { recursive: true });
  return { status, stdout, stderr };
}

describe("a story of the end-to-end tests", () => {
  it("reports what a failing hook met, and runs nothing after it", () => {
    const { status, stdout, stderr } = mocha("--grep", "comes last");
    deepEqual([status, stderr], [1, ""]);
    match(stdout, /✔ comes first/, "with --grep, what comes before runs, too");
    match(
      stdout,
      /the arrangement fails\n+ *\$ pulumi up --stack e2e\n +exit code 255 after 7\.0 s\n +\| no cluster there/,
    );
    match(stdout, /- comes last \(not run: what comes before has failed\)/);
  });

  it("fails when --grep finds nothing, and says so in a line", () => {
    const { status, stderr } = mocha("--grep", "nobody's test");
    equal(status, 1);
    match(stderr, /^no test that could be run matches \/nobody's test\/: nothing was tested$/m);
  });
});
