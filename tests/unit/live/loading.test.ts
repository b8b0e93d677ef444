import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../../..");

/** Prints the URLs of all that importing a module loads. */
const PROGRAM = `
import { registerHooks } from "node:module";
const urls = [];
registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
await import(process.env.MODULE);
console.log(JSON.stringify(urls));
process.exit();
`;

describe("the SDKs of AWS and of Kubernetes", () => {
  for (const room of ["packages/live", "automation/verify", "automation/update", "automation/open"]) {
    it(`are not loaded with ${room}, but when something is asked`, async () => {
      const env = { ...process.env, MODULE: pathToFileURL(join(ROOT, room, "index.ts")).href };
      const program = ["--input-type=module", "--eval", PROGRAM];
      const { stdout } = await promisify(execFile)(process.execPath, program, { env, maxBuffer: 2 ** 24 });
      const urls = JSON.parse(stdout) as readonly string[];
      assert.ok(
        urls.some((url) => url.includes("packages/live/awsClient.ts")),
        stdout,
      );
      assert.deepEqual(
        urls.filter((url) => /node_modules\/(@aws-sdk|@kubernetes|@smithy|undici)\//.test(url)),
        [],
      );
    });
  }
});
