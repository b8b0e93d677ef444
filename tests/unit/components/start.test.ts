import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CLONE = join(import.meta.dirname, "../../..");

interface Start {
  /** Files that come with the engine's SDK. */
  readonly sdk: readonly string[];
  /** Files that the program loads beside. */
  readonly program: readonly string[];
  readonly text: string;
  readonly workspace: string;
  /** Whether the stacks of errors are other than Node's own. */
  readonly rewrites: boolean;
}

async function startOf(createCluster: boolean): Promise<Start> {
  const program = ["--import=./preload.mjs", join(import.meta.dirname, "start.ts"), String(createCluster)];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: CLONE });
  const start: Start = JSON.parse(stdout.trim().split("\n").at(-1)!);
  const pathsOf = (urls: readonly string[]) =>
    urls.filter((url) => url.startsWith("file:")).map((url) => relative(CLONE, fileURLToPath(url)));
  return { ...start, sdk: pathsOf(start.sdk), program: pathsOf(start.program) };
}

const isPackaged = (path: string): boolean => path.startsWith("node_modules/");
const packagesOf = (paths: readonly string[]) =>
  [
    ...new Set(
      paths.map((path) =>
        path
          .split("/")
          .slice(1, path.includes("/@") ? 3 : 2)
          .join("/"),
      ),
    ),
  ].sort();

describe("the start of the program", () => {
  let start: Start;

  before(async () => {
    start = await startOf(false);
  });

  it("loads the component, and of the SDKs only the files of what it declares", () => {
    const ours = start.program.filter((path) => !isPackaged(path));
    const rooms = new Set(
      ours.map((path) =>
        path
          .split("/")
          .slice(0, path.startsWith("packages/") ? 2 : 1)
          .join("/"),
      ),
    );
    assert.deepEqual([...rooms].sort(), ["components", "config.ts", "index.ts", "packages/console"]);
    const packaged = start.program.filter(isPackaged);
    assert.deepEqual(packagesOf(packaged), ["@pulumi/aws", "@pulumi/kubernetes"]);
    assert.ok(packaged.length <= 20, packaged.join("\n"));
  });

  it("loads a few files more for a cluster that is to be made", async () => {
    const packaged = (await startOf(true)).program.filter(isPackaged);
    assert.deepEqual(packagesOf(packaged), ["@pulumi/aws", "@pulumi/eks", "@pulumi/kubernetes"]);
    assert.ok(packaged.length <= 30, packaged.join("\n"));
  });

  it("has no stack rewritten by source maps, of which it has none", () => {
    assert.equal(start.rewrites, false);
  });

  it("loads neither the TypeScript compiler nor the Automation API, until somebody asks for them", () => {
    const putOff = /^node_modules\/(typescript\/|@pulumi\/pulumi\/(vendor|automation)\/)/;
    assert.deepEqual(
      [...start.sdk, ...start.program].filter((path) => putOff.test(path)),
      [],
    );
    assert.match(start.text, /later/);
    assert.equal(start.workspace, "function");
  });
});
