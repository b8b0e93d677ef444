import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const DOOR = join(import.meta.dirname, "../../../../packages/kro-preview/bin.mjs");

/** Prints on stderr, a line each, the URLs of all that is loaded. */
const TOLD = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from "node:module";
registerHooks({ load: (url, context, next) => (console.error(url), next(url, context)) });
`)}`;

describe("the start of kro-preview", () => {
  it("loads neither kro nor a parser before a command needs it", async () => {
    const { stderr } = await promisify(execFile)(process.execPath, ["--import", TOLD, DOOR, "diff", "--help"]);
    const loaded = stderr.split("\n");
    assert.ok(loaded.some((url) => url.endsWith("/command/diff.ts")));
    assert.deepEqual(
      loaded.filter((url) => /packages\/(kro|live|iam)\/|node_modules\/(yaml|ajv|@marcbachmann)\//.test(url)),
      [],
    );
  });
});
