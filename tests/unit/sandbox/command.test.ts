import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output, run } from "../../../sandbox/command.ts";
import { SandboxError } from "../../../sandbox/errors.ts";
import { until } from "../../../sandbox/testing.ts";
import { runChild } from "./child.ts";

describe("a command of the sandbox", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "command-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("answers with what it printed, whatever its exit code", async () => {
    const script = 'read -r line; echo "$line, $NAME"; printf "no\\nend\\n" >&2; exit 3';
    const lines: string[] = [];
    const log = join(folder, "log");
    const { PATH } = process.env;
    const options = {
      input: "text\n",
      env: { NAME: "name", PATH },
      log,
      onErrorLine: (line: string) => lines.push(line),
    };
    assert.deepEqual(await run("sh", ["-c", script], options), {
      code: 3,
      stdout: "text, name\n",
      stderr: "no\nend\n",
    });
    assert.deepEqual(lines, ["no", "end"]);
    await run("sh", ["-c", "echo more"], { log });
    assert.match(readFileSync(log, "utf8"), /text, name\n/);
    assert.match(readFileSync(log, "utf8"), /no\nend.*more\n$/s);
  });

  it("has only the environment that it is given, and without one that of its caller", async () => {
    const script = ["-c", 'echo "$HOME"'];
    assert.equal(await output("/bin/sh", script, { env: {} }), "\n");
    assert.equal(await output("/bin/sh", script), `${process.env.HOME}\n`);
  });

  it("is an error when it can't be run, or failed and was to succeed", async () => {
    const missing = join(folder, "missing");
    await assert.rejects(run(missing, []), (error: Error) => {
      assert.ok(error instanceof SandboxError);
      assert.match(error.message, /^cannot run .*missing: .*ENOENT$/);
      return true;
    });
    await assert.rejects(output("sh", ["-c", "echo why >&2; exit 1"]), {
      message: "sh -c echo why >&2; exit 1 failed:\n  why",
    });
  });

  it("ends with all that it started when its time is over", async () => {
    const { code } = await run("sh", ["-c", `(sleep 60; touch ${folder}/late) & echo $! > ${folder}/pid; wait`], {
      timeout: 1,
    });
    assert.notEqual(code, 0);
    await until("the process that it started is gone", () => !isAlive(`${folder}/pid`));
  });

  it("ends by Ctrl-C with all that it started, which gets one signal and its time to end", async () => {
    const script = `trap 'echo signal >> ${folder}/signals; sleep 1; exit 1' TERM; sleep 60 & echo $! > ${folder}/pid; wait`;
    const { result } = await runChild<string[]>("runCommands.ts", [script], folder, {}, async (interrupt) => {
      await until("it runs", () => existsSync(`${folder}/pid`));
      interrupt();
      interrupt();
    });
    assert.deepEqual(result, ["interrupted by SIGINT"]);
    assert.equal(readFileSync(`${folder}/signals`, "utf8"), "signal\n");
    assert.ok(!isAlive(`${folder}/pid`));
  });
});

function isAlive(file: string): boolean {
  const stat = join("/proc", readFileSync(file, "utf8").trim(), "stat");
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, "utf8"));
}
