import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { type FakePulumi, fakePulumi, printJson, tellEvents } from "./fakePulumi.ts";

const DOOR = join(import.meta.dirname, "../../../automation/carts.mjs");

describe("a command that fails or is interrupted", () => {
  let pulumi: FakePulumi;
  afterEach(() => pulumi.remove());

  async function run(
    args: readonly string[],
    during: (child: ChildProcess) => Promise<void> = async () => {},
    env: NodeJS.ProcessEnv = {},
  ) {
    const child = spawn(process.execPath, [DOOR, ...args, "--stack", "dev", "--cwd", pulumi.cwd], {
      cwd: pulumi.cwd,
      env: { ...process.env, ...pulumi.env, ...env },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += text));
    child.stderr.on("data", (text) => (stderr += text));
    const code = new Promise((resolve) => child.on("close", resolve));
    await during(child);
    return { code: await code, stdout, stderr };
  }

  it("says in one line what to set, and where it comes from only with --debug", async () => {
    pulumi = await fakePulumi({ "stack export": "echo 'error: incorrect passphrase' >&2; exit 255" });
    const [status, up] = await Promise.all([run(["status", "--json"]), run(["up", "--resume", "--json", "--debug"])]);
    assert.deepEqual([status.code, status.stdout, up.code, up.stdout], [1, "", 1, ""]);
    assert.match(status.stderr, /^error: incorrect passphrase: PULUMI_CONFIG_PASSPHRASE.*\n$/);
    assert.match(up.stderr, /^error: incorrect passphrase: PULUMI_CONFIG_PASSPHRASE.*\n[\s\S]*\n +at /);
  });

  it("says of a stack that can't be looked at that it can't, with 1 and not with that of one that is not ready", async () => {
    const server = new FakeApiServer();
    const kubeconfig = (await server.start()).exportConfig();
    server.serve("v1", "ConfigMap", "configmaps");
    const provider = "urn:pulumi:dev::p::pulumi:providers:kubernetes::cluster";
    const type = "kubernetes:kro.run/v1alpha1:CartsStack";
    const spec = { tableName: "tab", namespace: "n" };
    const inputs = { apiVersion: "kro.run/v1alpha1", kind: "CartsStack", metadata: { name: "carts" }, spec };
    const resources = [
      { urn: provider, type: "pulumi:providers:kubernetes", custom: true, id: "1", inputs: { kubeconfig } },
      { urn: `urn:pulumi:dev::p::${type}::carts`, type, custom: true, id: "c", provider: `${provider}::1`, inputs },
    ];
    pulumi = await fakePulumi({
      "stack export": printJson({ version: 3, deployment: { resources } }),
      "stack history": "echo '[]'",
    });
    const absent = await run(["status", "--json"]);
    assert.deepEqual([absent.code, JSON.parse(absent.stdout).looked], [2, true], absent.stderr);
    server.refused.set("/apis/kro.run/v1alpha1", 403);
    const forbidden = await run(["status"]);
    assert.deepEqual([forbidden.code, /not looked at in full$/m.test(forbidden.stdout)], [1, true], forbidden.stdout);
    assert.match(forbidden.stderr, /^note: .*HTTP 403/m);
    server.stop();
    const away = await run(["status", "--json"]);
    assert.deepEqual([away.code, JSON.parse(away.stdout).looked], [1, false], away.stderr);
    const nowhere = await run(["status", "--json", "--kubeconfig", "/nowhere"]);
    assert.deepEqual([nowhere.code, JSON.parse(nowhere.stdout).looked], [1, false], nowhere.stderr);
    await pulumi.remove();
    pulumi = await fakePulumi({ "stack export": printJson({ version: 3 }), "stack history": "echo '[]'" });
    const empty = await run(["status", "--json", "--kubeconfig", "/nowhere"]);
    assert.deepEqual([empty.code, JSON.parse(empty.stdout).looked, empty.stderr], [2, true, ""]);
  });

  it("has Pulumi finish what it has begun when it fails itself, and ends with 1", async () => {
    pulumi = await fakePulumi({
      "stack export": printJson({ version: 3, deployment: {} }),
      up: "trap 'touch told; exit 1' INT; touch begun; for i in $(seq 400); do sleep 0.05; done",
    });
    const fault = `import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
      const wait = setInterval(() => {
        if (!existsSync(${JSON.stringify(join(pulumi.cwd, "begun"))})) return;
        clearInterval(wait);
        throw new Error("a fault of ours");
      }, 20);`;
    await writeFile(join(pulumi.cwd, "fault.mjs"), fault);
    const NODE_OPTIONS = `--import=${join(pulumi.cwd, "fault.mjs")}`;
    const { code, stdout, stderr } = await run(["up", "--json"], undefined, { NODE_OPTIONS });
    assert.deepEqual([code, existsSync(join(pulumi.cwd, "told"))], [1, true], stderr);
    assert.equal(JSON.parse(stdout).result, "interrupted");
    assert.match(stderr, /^error: a fault of ours\n$/m);
    assert.doesNotMatch(stderr, /^ +at /m);
  });

  it("says of a program that fails the line that tells most, and refers to what Pulumi has printed", async () => {
    const said = "the config can't be used; nothing was changed:";
    const message = `<{%reset%}>${said}\n  p:a is 1, but must be 2\nChange it.\n<{%reset%}>`;
    const fails = [
      `echo "    error: ${said}"; echo "      p:a is 1, but must be 2"`,
      tellEvents([{ diagnosticEvent: { message, severity: "error", color: "never" } }], 255),
    ].join("\n");
    pulumi = await fakePulumi({
      "stack export": printJson({ version: 3, deployment: {} }),
      ...{ up: fails, preview: fails },
    });
    const [up, preview] = await Promise.all([run(["up", "--json"]), run(["preview"])]);
    assert.match(
      up.stderr,
      /must be 2\nerror: the config can't be used; nothing was changed: p:a is 1, but must be 2, see above\.\n$/,
    );
    assert.match(JSON.parse(up.stdout).cause.message, /nothing was changed: p:a is 1, but must be 2 Change it\.$/);
    assert.match(
      preview.stderr,
      /\nerror: Pulumi's preview failed: the config .* nothing was changed: p:a .* must be 2, see above\n$/,
    );
  });

  it("refers to what Pulumi has printed where it says no more than that it failed", async () => {
    pulumi = await fakePulumi({
      "stack export": printJson({ version: 3, deployment: {} }),
      destroy: `for i in $(seq 200); do echo "line $i"; done; echo "error: destroy failed" >&2; exit 255`,
    });
    const { stdout, stderr } = await run(["destroy", "--json"]);
    const { name, message } = JSON.parse(stdout).cause;
    assert.deepEqual([name, message], ["pulumi", "Pulumi's destroy failed; its output says why."]);
    assert.match(stderr, /line 200\n(.*\n)*error: Pulumi's destroy failed, see above\n$/);
  });

  it("ends with 130 while Pulumi is still reading the stack, and prints nothing on stdout", async () => {
    pulumi = await fakePulumi({ "stack export": "touch begun; exec sleep 60" });
    const { code, stdout, stderr } = await run(["up", "--json"], async (child) => {
      while (!existsSync(join(pulumi.cwd, "begun")) && child.exitCode === null) await setTimeout(20);
      child.kill("SIGINT");
    });
    assert.deepEqual([code, stdout, stderr], [130, "", "interrupted\n"]);
  });
});
