import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type Process, story, TestSandbox } from "./kit/index.ts";

const sandbox = new TestSandbox("e2e/commands");

const tests = () => {
  /** A zombie that init has not yet reaped is not alive. */
  const isAlive = ({ pid }: Process): boolean =>
    /^[^Z\s]/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout);

  it("up ends with the stack up, and with the same when it is called again", async () => {
    const first = await sandbox.command("up");
    assert.equal(first.code, 0, first.stdout);
    // As many as the clone's own config asks for, which whoever tries things may have changed.
    const [, created] = /\+ (\d+) created/.exec(first.stdout) ?? [];
    assert.ok(Number(created) >= 8, first.stdout);
    const second = await sandbox.command("up");
    assert.equal(second.code, 0, second.stdout);
    assert.match(second.stdout, new RegExp(`\\b${created} unchanged`));
  });

  it("up names every stand-in as one", async () => {
    const { stdout } = await sandbox.command("status");
    assert.match(stdout, /EKS Pod Identity +- +stand-in/);
    assert.match(stdout, /AWS endpoint +\S+ +emulated/);
    assert.match(stdout, /kro +\S+ +real/);
  });

  it("outputs are JSON, and nothing else", async () => {
    const { stdout } = await sandbox.command("outputs");
    assert.match(JSON.parse(stdout).serviceEndpoint, /^http:\/\/carts\.[a-z0-9-]+\.svc\.cluster\.local$/);
  });

  it("status tells of a part that died, and up brings it back", async () => {
    process.kill(sandbox.processes().kro!.pid, "SIGKILL");
    const broken = await sandbox.command("status");
    assert.equal(broken.code, 1);
    assert.match(broken.stdout, /kro .*not running/);
    assert.equal((await sandbox.command("up")).code, 0);
    assert.equal((await sandbox.command("status")).code, 0);
  });

  it("down stops all of it, and is harmless when there is nothing to stop", async () => {
    const running = Object.values(sandbox.processes());
    assert.ok(running.length >= 9 && running.every(isAlive));
    assert.equal((await sandbox.command("down")).code, 0);
    assert.deepEqual(running.filter(isAlive), []);
    assert.equal((await sandbox.command("down")).code, 0);
  });
};

story("the sandbox's commands", tests, { own: sandbox });
