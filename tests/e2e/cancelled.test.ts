import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "./aws.ts";
import { assertNothingLeft, assertRolledOut, IMAGE, ROLE, TABLE } from "./carts/expected.ts";
import { cancelAsJob } from "./interrupted.ts";
import { get, isThere, type Running, Stack, sandbox, story, until } from "./kit/index.ts";

const stack = new Stack();
const rules = () => join(sandbox.folder, "aws-rules.json");

/** Begins an `up`, cancels it once `moment` has come, and brings the stack up without anything by hand. */
async function cancelAndGoOn(config: Readonly<Record<string, string>>, moment: (running: Running) => unknown) {
  const running = await stack.begin("up", config);
  await until("the update is where it is to be cancelled", async () => (await moment(running)) === true);
  const cancelled = await cancelAsJob(running);
  const resumed = await stack.carts("up", config, "--resume");
  assert.equal(resumed.code, 0, `${cancelled.output}\n${resumed.output}`);
  await assertRolledOut(`${IMAGE}:1.3.0`, config.namespace);
  assert.deepEqual(await aws.tables(), [TABLE]);
  assert.equal((await aws.associations()).length, 1);
  assert.equal((await aws.roles()).filter((name) => name === ROLE).length, 1);
  await stack.succeed("preview --expect-no-changes", config);
  return cancelled;
}

story("a pipeline's job that is cancelled", () => {
  before(stack.init);
  after(() => rmSync(rules(), { force: true }));

  it("is ended at once by SIGTERM where SIGINT does not end it, unlocked, and --resume goes on", async () => {
    writeFileSync(rules(), JSON.stringify([{ action: "iam:CreateRole", answer: "hang" }]));
    const running = await stack.begin("up");
    await until("AWS is asked", async () => running.output().includes("carts-role creating"));
    running.child.kill("SIGINT");
    await until("Pulumi was told", async () => running.output().includes("interrupted: Pulumi finishes"));
    running.child.kill("SIGTERM");
    const { code, stderr } = await running.finished;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^interrupted, and ended at once: .* is not locked.*`carts up --stack e2e --resume`/m);
    rmSync(rules());
    const next = await stack.carts("up", {}, "--json");
    assert.deepEqual([next.code, JSON.parse(next.stdout).cause.name], [4, "pending-operations"], "and not locked");
    const resumed = await stack.carts("up", {}, "--resume");
    assert.equal(resumed.code, 0, resumed.output);
    await stack.succeed("destroy --yes --skip-preview");
    await assertNothingLeft(TABLE);
  });

  it("in the midst of a create", async () => {
    await cancelAndGoOn({}, () => isThere("cartsstack", "carts-kro"));
    await aws.putItems(TABLE, 5);
  });

  it("in the midst of a replacement, while the old instance goes", async () => {
    const isGoing = async () => !!(await get("cartsstack", "carts-kro", "-n", "default"))?.metadata?.deletionTimestamp;
    await cancelAndGoOn({ namespace: "second" }, isGoing);
    assert.equal(await isThere("namespace", "carts-kro"), false);
    assert.equal(await aws.countItems(TABLE), 5);
  });

  it("in the midst of a replacement, while the new instance comes", async () => {
    await cancelAndGoOn({ namespace: "third" }, () => isThere("namespace", "third"));
    assert.equal(await isThere("namespace", "second"), false);
    assert.equal(await aws.countItems(TABLE), 5);
  });
});
