import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { runningUpdate } from "../../../automation/stack/runningUpdate.ts";
import { openStack } from "../../../automation/stack/selection.ts";
import { type FakePulumi, fakePulumi, printJson } from "./fakePulumi.ts";

const SINCE = "2026-01-01T00:00:00.123456789+01:00";

describe("an update that is running", () => {
  const { PATH, PULUMI_BACKEND_URL } = process.env;
  const made: FakePulumi[] = [];
  afterEach(async () => {
    process.env.PATH = PATH;
    if (PULUMI_BACKEND_URL === undefined) delete process.env.PULUMI_BACKEND_URL;
    else process.env.PULUMI_BACKEND_URL = PULUMI_BACKEND_URL;
    await Promise.all(made.splice(0).map((pulumi) => pulumi.remove()));
  });

  async function open(answers: Readonly<Record<string, string>> = {}, url?: string) {
    const pulumi = await fakePulumi(answers);
    made.push(pulumi);
    process.env.PATH = pulumi.env.PATH;
    if (url === undefined) delete process.env.PULUMI_BACKEND_URL;
    else process.env.PULUMI_BACKEND_URL = url;
    return openStack({ stack: "dev", cwd: pulumi.cwd });
  }

  for (const folder of ["organization/carts-stack/dev", "dev"]) {
    it(`is told by the lock in a folder, unless its process was killed: ${folder}`, async () => {
      const found = await open();
      process.env.PULUMI_BACKEND_URL = `file://${found.cwd}?no_tmp_dir=true`;
      assert.equal(await runningUpdate(found), undefined);
      const locks = join(found.cwd, ".pulumi", "locks", ...folder.split("/"));
      await mkdir(locks, { recursive: true });
      const write = (host: string, pid: number, username: string) =>
        writeFile(join(locks, "1.json"), JSON.stringify({ pid, username, hostname: host, timestamp: SINCE }));
      await write(hostname(), 2 ** 30, userInfo().username);
      assert.equal(await runningUpdate(found), undefined);
      await write("runner-1", 42, "deploy");
      assert.equal(
        await runningUpdate(found),
        "an update of this stack by deploy on runner-1 is running since 2025-12-31T23:00:00Z: " +
          "what is shown may be out of date by the time it ends",
      );
    });
  }

  it("is told by Pulumi Cloud, which names nobody", async () => {
    const update = (result: string) => ({ kind: "update", startTime: "2026-01-01T00:00:00.000Z", result, config: {} });
    for (const [result, told] of [
      ["in-progress", /^an update of this stack is running since 2026-01-01T00:00:00Z: /],
      ["succeeded", undefined],
    ] as const) {
      const answers = {
        whoami: printJson({ user: "ann", url: "https://app.pulumi.com/ann" }),
        "stack history": printJson([update(result)]),
      };
      const text = await runningUpdate(await open(answers));
      if (told) assert.match(text!, told);
      else assert.equal(text, undefined);
    }
  });

  it("may be what left operations pending in a bucket, which shows its locks to nobody", async () => {
    const state = (pending: object[]) => ({ version: 3, deployment: { pending_operations: pending } });
    const told = async (pending: object[]) => {
      return runningUpdate(await open({ "stack export": printJson(state(pending)) }, "s3://state"));
    };
    assert.match((await told([{ type: "creating" }]))!, /^an update of this stack is running, or was killed: /);
    assert.equal(await told([]), undefined);
  });

  it("is nobody's error where the backend can't be asked", async () => {
    assert.equal(await runningUpdate(await open({}, "s3://state")), undefined);
  });
});
