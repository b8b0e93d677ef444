import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { killHard } from "../e2e/interrupted.ts";
import { patch, Stack, story, until } from "../e2e/kit/index.ts";

const MINUTES = Number(process.env.LONG_MINUTES ?? 12);
const stack = new Stack({ timeouts: { create: "2h", update: "2h", delete: "4m" }, tableOnDestroy: "delete" });

/** Memory of a process, in MB. */
const memory = async (pid: number): Promise<number> =>
  Number((await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)])).stdout) / 1024;

story("a carts up that waits for long", () => {
  before(stack.init);

  it(`needs no more memory after ${MINUTES} minutes than after two`, async () => {
    const running = await stack.begin("up", { imageVersion: "broken" });
    await until("it waits for the image", () => running.output().includes("ImagePullBackOff"));
    const seen: number[] = [];
    for (let minute = 1; minute <= MINUTES; minute++) {
      // Something to see, over and over.
      for (let n = 0; n < 30; n++) {
        await patch("deployment", "carts", { metadata: { annotations: { n: `${minute}-${n}` } } }, "-n", "carts-kro");
        await sleep(2000);
      }
      seen.push(await memory(running.child.pid!));
    }
    await killHard(running);
    assert.ok(seen.at(-1)! < seen[1]! * 1.2, `MB, minute by minute: ${seen.map((one) => one.toFixed(0)).join(", ")}`);
    console.log(`      MB, minute by minute: ${seen.map((one) => one.toFixed(0)).join(", ")}`);
  }).timeout("3h");
});
