import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { hasCredentials, isReady } from "./awkwardSandbox.ts";
import { CLONE, OwnSandbox } from "./ownSandbox.ts";

// What is right, and fails today: the pods of an instance come before their association counts, and nothing but a new
// pod mends them. The issue "Nothing lost, nothing silent" takes the `skip` away.
describe.skip("pending, Nothing lost, nothing silent: an association that counts late", function () {
  this.timeout("6m");
  // Longer than the table and the pod take, so that nothing hides it.
  const sandbox = new OwnSandbox("e2e-late", { SANDBOX_LAGS: "real", SANDBOX_ASSOCIATION_LAG_SECONDS: "25" });
  const configFile = join(sandbox.folder, "Pulumi.late.yaml");

  before(async function () {
    this.timeout("45m");
    await sandbox.start();
    await sandbox.initStack("carts-stack", "e2e");
  });
  after(() => sandbox.stop());
  afterEach(() => carts("destroy"));

  /** Runs a program on the stack, and gives its output; throws with it unless it succeeds. */
  const succeed = (program: string, args: readonly string[], config: object = {}): Promise<string> => {
    const timeouts = { create: "90s", update: "90s", delete: "90s" };
    const own = { clusterName: "eks-workshop-auto", context: "carts-sandbox", tableOnDestroy: "delete", timeouts };
    const values = { ...own, ...config };
    const keys = Object.entries(values).map(([key, value]) => [`carts-stack:${key}`, value]);
    const [salt] = /^encryptionsalt: .*$/m.exec(readFileSync(join(CLONE, "Pulumi.sandbox.yaml"), "utf8"))!;
    const text = JSON.stringify({ "aws:region": "us-west-2", ...Object.fromEntries(keys) });
    writeFileSync(configFile, `config: ${text}\n${salt}\n`);
    const all = [...args, "--stack", "e2e", "--config-file", configFile];
    return new Promise((done, failed) => {
      execFile(program, all, { cwd: CLONE, env: sandbox.env, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
        error ? failed(new Error(`${args.join(" ")}: ${stdout}${stderr}`)) : done(stdout + stderr),
      );
    });
  };
  const carts = (command: string, config?: object) =>
    succeed("node", [join(CLONE, "automation/carts.mjs"), command], config);
  const kubectl = (...args: string[]): Promise<string> =>
    new Promise((done, failed) => {
      execFile("kubectl", args, { env: sandbox.env }, (error, stdout) => (error ? failed(error) : done(stdout)));
    });

  /** Done means that every pod has credentials and is ready, at that moment. */
  async function assertDone(): Promise<void> {
    const pods = JSON.parse(await kubectl("get", "pods", "-n", "carts-kro", "-o", "json")).items as V1Pod[];
    const alive = pods.filter(({ metadata }) => !metadata!.deletionTimestamp);
    assert.ok(alive.length > 0 && alive.every(hasCredentials) && alive.every(isReady));
    await carts("verify");
  }

  it("up isn't done before the pod has its credentials, and then it is", async () => {
    await carts("up");
    await assertDone();
  });

  it("the same where the table is there already, so that nothing takes its time", async () => {
    const retained = { tableOnDestroy: "retain" };
    await carts("up", retained);
    await carts("destroy", retained);
    await carts("up", retained);
    await assertDone();
  });

  it("an update to another service account ends with pods that have credentials", async () => {
    await carts("up");
    await carts("up", { serviceAccount: "shopper" });
    await assertDone();
  });

  it("verify --heal makes new pods when they will have credentials, not before", async () => {
    await carts("up");
    await assertDone();
    const { associationId } = JSON.parse(await succeed("pulumi", ["stack", "output", "--json"]));
    const cluster = ["--cluster-name", "eks-workshop-auto", "--association-id", associationId];
    await new Promise((done) => {
      execFile("aws", ["eks", "delete-pod-identity-association", ...cluster], { env: sandbox.env }, done);
    });
    await succeed("pulumi", ["up", "--yes", "--skip-preview", "--refresh"]);
    await kubectl("delete", "pods", "--all", "-n", "carts-kro");
    await succeed("node", [join(CLONE, "automation/carts.mjs"), "verify", "--heal"]);
    await assertDone();
  });
});
