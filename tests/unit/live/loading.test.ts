import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../../..");
const ROOMS = ["packages/live", "automation/verify", "automation/update", "automation/open"];

/** Prints the URLs of all that importing some modules loads. */
const PROGRAM = `
import { registerHooks } from "node:module";
const urls = [];
registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
for (const module of JSON.parse(process.env.MODULES)) await import(module);
console.log(JSON.stringify(urls));
process.exit();
`;

describe("the SDKs of AWS and of Kubernetes", () => {
  it("are not loaded with the rooms that use them, but when something is asked", async () => {
    const modules = ROOMS.map((room) => pathToFileURL(join(ROOT, room, "index.ts")).href);
    const env = { ...process.env, MODULES: JSON.stringify(modules) };
    const program = ["--input-type=module", "--eval", PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, program, { env, maxBuffer: 2 ** 24 });
    const urls = JSON.parse(stdout) as readonly string[];
    assert.ok(urls.some((url) => url.includes("packages/live/awsClient.ts")));
    assert.deepEqual(
      urls.filter((url) => /node_modules\/(@aws-sdk|@kubernetes|@smithy|undici)\//.test(url)),
      [],
    );
  });
});
