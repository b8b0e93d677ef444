import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLONE, OwnSandbox } from "./ownSandbox.ts";

interface Process {
  readonly pid: number;
}

describe("the sandbox's commands", function () {
  this.timeout("5m");
  this.bail(true);
  const sandbox = new OwnSandbox("e2e-commands");

  /** Runs a command as its npm script does, whatever its exit code. */
  const command = (name: string): Promise<{ code: number; stdout: string }> =>
    new Promise((resolve) => {
      const options = { cwd: CLONE, env: { ...process.env, SANDBOX_DIR: sandbox.folder }, maxBuffer: 1 << 28 };
      execFile("node", [join(CLONE, "sandbox/start.mjs"), name], options, (error, stdout) =>
        resolve({ code: error ? Number(error.code) : 0, stdout }),
      );
    });
  const processes = (): Record<string, Process> =>
    JSON.parse(readFileSync(join(sandbox.folder, "state.json"), "utf8")).processes;
  /** A zombie that init has not yet reaped is not alive. */
  const isAlive = ({ pid }: Process): boolean =>
    /^[^Z\s]/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout);

  before(function () {
    this.timeout("45m");
    return sandbox.start();
  });
  after(() => sandbox.stop());

  it("up ends with the stack up, and with the same when it is called again", async () => {
    const first = await command("up");
    assert.equal(first.code, 0, first.stdout);
    assert.match(first.stdout, /\+ 8 created/);
    const second = await command("up");
    assert.equal(second.code, 0, second.stdout);
    assert.match(second.stdout, /8 unchanged/);
  });

  it("up names every stand-in as one", async () => {
    const { stdout } = await command("status");
    assert.match(stdout, /EKS Pod Identity +- +stand-in/);
    assert.match(stdout, /AWS endpoint +\S+ +emulated/);
    assert.match(stdout, /kro +\S+ +real/);
  });

  it("outputs are JSON, and nothing else", async () => {
    const { stdout } = await command("outputs");
    assert.equal(JSON.parse(stdout).serviceEndpoint, "http://carts.carts-kro.svc.cluster.local");
  });

  it("status tells of a part that died, and up brings it back", async () => {
    process.kill(processes().kro!.pid, "SIGKILL");
    const broken = await command("status");
    assert.equal(broken.code, 1);
    assert.match(broken.stdout, /kro .*not running/);
    assert.equal((await command("up")).code, 0);
    assert.equal((await command("status")).code, 0);
  });

  it("down stops all of it, and is harmless when there is nothing to stop", async () => {
    const running = Object.values(processes());
    assert.ok(running.length >= 9 && running.every(isAlive));
    assert.equal((await command("down")).code, 0);
    assert.deepEqual(running.filter(isAlive), []);
    assert.equal((await command("down")).code, 0);
  });
});
