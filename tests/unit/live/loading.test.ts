import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { fakePulumi } from "../stack/fakePulumi.ts";

const ROOT = join(import.meta.dirname, "../../..");
const ROOMS = ["packages/aws", "packages/live", "automation/verify", "automation/update", "automation/open"];

/** Prints the URLs of all that importing some modules loads. */
const PROGRAM = `
import { registerHooks } from "node:module";
const urls = [];
registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
for (const module of JSON.parse(process.env.MODULES)) await import(module);
console.log(JSON.stringify(urls));
process.exit();
`;

/** Begins an update; what it loads of the SDKs is a file each in the project's folder. */
const UPDATE = `
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
registerHooks({
  load(url, context, next) {
    const [, name] = /node_modules\\/@(?:aws-sdk|kubernetes)\\/([^/]+)/.exec(url) ?? [];
    if (name) writeFileSync(name, "");
    return next(url, context);
  },
});
const { update } = await import(process.env.ROOM);
await update("up", { stack: "dev", cwd: process.cwd() }).catch(() => {});
process.exit();
`;

describe("the SDKs of AWS and of Kubernetes", () => {
  it("are not loaded with the rooms that use them, but when something is asked", async () => {
    const modules = ROOMS.map((room) => pathToFileURL(join(ROOT, room, "index.ts")).href);
    const env = { ...process.env, MODULES: JSON.stringify(modules) };
    const program = ["--input-type=module", "--eval", PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, program, { env, maxBuffer: 2 ** 24 });
    const urls = JSON.parse(stdout) as readonly string[];
    assert.ok(urls.some((url) => url.includes("packages/aws/awsClient.ts")));
    assert.deepEqual(
      urls.filter((url) => /node_modules\/(@aws-sdk|@kubernetes|@smithy|undici)\//.test(url)),
      [],
    );
  });

  it("are loaded by an update while Pulumi reads the stack", async () => {
    const wanted = "[ -e client-node ] && [ -e client-eks ] && [ -e client-iam ]";
    const read = `for i in $(seq 200); do ${wanted} && touch loaded && break; sleep 0.05; done; exit 7`;
    const pulumi = await fakePulumi({ "stack export": read });
    const env = { ...process.env, ...pulumi.env, ROOM: pathToFileURL(join(ROOT, "automation/update/index.ts")).href };
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", UPDATE], { env, cwd: pulumi.cwd });
    const isLoaded = existsSync(join(pulumi.cwd, "loaded"));
    await pulumi.remove();
    assert.ok(isLoaded);
  });
});
