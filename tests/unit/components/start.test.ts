import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CLONE = join(import.meta.dirname, "../../..");

interface Start {
  /** Files, in order. */
  readonly loaded: readonly string[];
  readonly text: string;
  readonly workspace: string;
}

async function startOf(createCluster: boolean): Promise<Start> {
  const program = [join(import.meta.dirname, "start.ts"), String(createCluster)];
  const { stdout } = await promisify(execFile)(process.execPath, ["--import=./preload.mjs", ...program], {
    cwd: CLONE,
  });
  const { start, ...rest } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  const files = (start as string[]).filter((url) => url.startsWith("file:"));
  return { loaded: files.map((url) => relative(CLONE, fileURLToPath(url))), ...rest };
}

/** Files of Pulumi's SDKs beside that of the engine. */
const sdkFiles = ({ loaded }: Start) => loaded.filter((path) => /^node_modules\/@pulumi\/(?!pulumi\/)/.test(path));
const packagesOf = (files: readonly string[]) => [...new Set(files.map((path) => path.split("/")[2]))].sort();

describe("the start of the program", () => {
  let start: Start;

  before(async () => {
    start = await startOf(false);
  });

  it("loads the component, and of the SDKs only the files of what it declares", () => {
    const ours = start.loaded.filter((path) => !path.startsWith("node_modules/") && !path.startsWith("tests/"));
    const rooms = new Set(
      ours.map((path) =>
        path
          .split("/")
          .slice(0, path.startsWith("packages/") ? 2 : 1)
          .join("/"),
      ),
    );
    assert.deepEqual([...rooms].sort(), ["components", "config.ts", "index.ts", "packages/console"]);
    const sdks = sdkFiles(start);
    assert.deepEqual(packagesOf(sdks), ["aws", "kubernetes"]);
    assert.ok(sdks.length <= 20, sdks.join("\n"));
  });

  it("loads a few files more for a cluster that is to be made", async () => {
    const sdks = sdkFiles(await startOf(true));
    assert.deepEqual(packagesOf(sdks), ["aws", "eks", "kubernetes"]);
    assert.ok(sdks.length <= 30, sdks.join("\n"));
  });

  it("loads neither the TypeScript compiler nor the Automation API, until somebody asks for them", () => {
    const putOff = /^node_modules\/(typescript\/|@pulumi\/pulumi\/(vendor|automation)\/)/;
    assert.deepEqual(
      start.loaded.filter((path) => putOff.test(path)),
      [],
    );
    assert.match(start.text, /later/);
    assert.equal(start.workspace, "function");
  });
});
