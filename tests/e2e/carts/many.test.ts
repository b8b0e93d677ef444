import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { CLONE, get, PROGRAMS, Stack, story } from "../kit/index.ts";

const COUNT = 16;
const stack = new Stack();

interface Instance {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly lastTransitionTime: string }[] };
}

story("many instances in one stack", () => {
  const config = { tableOnDestroy: "delete", "many:count": COUNT, imageVersion: "1.3.0" };
  const cwd = ["--cwd", join(CLONE, PROGRAMS, "many")];
  const linesOf = (text: string) => text.split("\n").map((line) => line.replace(/^ *\d+s {2}/, ""));

  before(stack.init);

  it("come up together, a line for each that is ready and a count of them, and no line for each child", async () => {
    const { code, stderr, output } = await stack.carts("up", config, ...cwd);
    assert.equal(code, 0, output);
    const lines = linesOf(stderr);
    const ready = lines.filter((line) => /^CartsStack default\/carts-\d+: ready$/.test(line));
    assert.equal(new Set(ready).size, COUNT, output);
    assert.ok(lines.includes(`${COUNT} instances: ${COUNT} ready`), output);
    assert.ok(lines.filter((line) => line.startsWith("wave")).length <= 10 * 7, "of the first ten at the most");
  });

  it("are waited for side by side: more of them than Pulumi works on by itself", async () => {
    const { items } = (await get<{ items: Instance[] }>("cartsstacks", "-n", "default"))!;
    const times = items.map(({ metadata, status }) => {
      const ready = status.conditions.find(({ type }) => type === "Ready")!;
      return { from: Date.parse(metadata.creationTimestamp), to: Date.parse(ready.lastTransitionTime) };
    });
    const most = Math.max(...times.map(({ from: at }) => times.filter(({ from, to }) => from <= at && at < to).length));
    assert.ok(most > Math.min(4 * availableParallelism(), COUNT - 1), `${most} at a time`);
  });

  it("are all well to status and to verify", async () => {
    const status = await stack.carts("status", config, ...cwd);
    assert.equal(status.code, 0, status.output);
    assert.deepEqual(status.stdout.trim().split("\n").slice(1), [`${COUNT} instances: ${COUNT} ready`]);
    const verified = await stack.carts("verify", config, ...cwd);
    assert.equal(verified.code, 0, verified.output);
  });

  it("tell which of them fail, and why, before those that are well", async () => {
    const begun = await stack.carts("up", { ...config, imageVersion: "broken-1" }, ...cwd, "--timeout", "40s");
    assert.equal(begun.code, 124, begun.output);
    assert.match(
      begun.stderr,
      /\d+s {2}CartsStack default\/carts-\d+: failing: Deployment carts-\d+\/carts: .*broken-1/,
    );
    assert.match(begun.stderr, /error: Pod carts-\d+\/\S+ can't get its image/);
    const [, summary, first] = (await stack.carts("status", config, ...cwd)).stdout.split("\n");
    assert.match(summary!, new RegExp(`^${COUNT} instances: .*\\d+ failing`));
    assert.match(first!, /^✗ CartsStack default\/carts-\d+ {2}failing .*ImagePullBackOff/);
  });

  it("go together, and leave nothing", async () => {
    const gone = await stack.carts("destroy", config, ...cwd);
    assert.equal(gone.code, 0, gone.output);
    assert.ok(linesOf(gone.stderr).includes(`${COUNT} instances: ${COUNT} not there`), gone.output);
  });
});
