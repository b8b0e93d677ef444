import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CLONE = join(import.meta.dirname, "../../..");

describe("the start of the program", () => {
  let start: readonly string[];
  let late: { readonly text: string; readonly workspace: string };

  before(async () => {
    const program = join(import.meta.dirname, "start.ts");
    const { stdout } = await promisify(execFile)(process.execPath, ["--import=./preload.mjs", program], { cwd: CLONE });
    const { start: urls, ...rest } = JSON.parse(stdout.trim().split("\n").at(-1)!);
    const files = (urls as string[]).filter((url) => url.startsWith("file:"));
    start = files.map((url) => relative(CLONE, fileURLToPath(url)));
    late = rest;
  });

  it("loads the component, and of the SDKs only the files of what it declares", () => {
    const ours = start.filter((path) => !path.startsWith("node_modules/") && !path.startsWith("tests/"));
    const rooms = new Set(
      ours.map((path) =>
        path
          .split("/")
          .slice(0, path.startsWith("packages/") ? 2 : 1)
          .join("/"),
      ),
    );
    assert.deepEqual([...rooms].sort(), ["components", "config.ts", "index.ts", "packages/console"]);
    const sdks = start.filter((path) => /^node_modules\/@pulumi\/(?!pulumi\/)/.test(path));
    const packages = new Set(sdks.map((path) => path.split("/")[2]));
    assert.deepEqual([...packages].sort(), ["aws", "kubernetes"], "no @pulumi/eks");
    assert.ok(sdks.length <= 20, `${sdks.length} files of @pulumi/aws and @pulumi/kubernetes:\n${sdks.join("\n")}`);
  });

  it("loads neither the TypeScript compiler nor the Automation API, until somebody asks for them", () => {
    const putOff = /^node_modules\/(typescript\/|@pulumi\/pulumi\/(vendor|automation)\/)/;
    assert.deepEqual(
      start.filter((path) => putOff.test(path)),
      [],
    );
    assert.match(late.text, /later/);
    assert.equal(late.workspace, "function");
  });
});
