import assert from "node:assert/strict";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { hasCredentials, isReady } from "./awkwardSandbox.ts";
import { CLONE, story, TestSandbox } from "./kit/index.ts";

// Longer than the table and the pod take, so that nothing hides it.
const sandbox = new TestSandbox("e2e/late", {
  SANDBOX_ASSOCIATION_LAG_SECONDS: "25",
  SANDBOX_KRO_REQUEUE_SECONDS: "1",
});

const tests = () => {
  before(async function () {
    this.timeout("90m");
    await sandbox.start();
    await sandbox.initStack("carts-stack", "e2e");
  });
  afterEach(() => carts("destroy"));

  /** Runs a program on the stack, and gives what it prints; throws with it unless it succeeds. */
  const succeed = async (program: string, args: readonly string[], config: object = {}): Promise<string> => {
    const timeouts = { create: "90s", update: "90s", delete: "90s" };
    const own = { clusterName: "eks-workshop-auto", context: "carts-sandbox", tableOnDestroy: "delete", timeouts };
    const keys = Object.entries({ ...own, ...config }).map(([key, value]) => [`carts-stack:${key}`, value]);
    const file = await sandbox.writeConfig("late", { "aws:region": "us-west-2", ...Object.fromEntries(keys) });
    const all = [...args, "--stack", "e2e", "--config-file", file];
    return (await sandbox.succeed(program, all, { cwd: CLONE })).stdout;
  };
  const carts = (command: string, config: object = {}, ...args: string[]) =>
    succeed("node", [join(CLONE, "automation/carts.mjs"), command, ...args], config);
  const kubectl = async (...args: string[]): Promise<string> => (await sandbox.succeed("kubectl", args)).stdout;

  /** Done means that every pod has credentials and is ready, at that moment. */
  async function assertDone(config: object = {}): Promise<void> {
    const pods = JSON.parse(await kubectl("get", "pods", "-n", "carts-kro", "-o", "json")).items as V1Pod[];
    const alive = pods.filter(({ metadata }) => !metadata!.deletionTimestamp);
    assert.ok(alive.length > 0 && alive.every(hasCredentials) && alive.every(isReady));
    await carts("verify", config);
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
    await assertDone(retained);
  });

  it("an update to another service account ends with pods that have credentials", async () => {
    await carts("up");
    await carts("up", { serviceAccount: "shopper" });
    await assertDone({ serviceAccount: "shopper" });
  });

  it("verify --heal makes new pods when they will have credentials, not before", async () => {
    await carts("up");
    const { associationId } = JSON.parse(
      (
        await sandbox.succeed("pulumi", ["stack", "output", "--json"], {
          cwd: CLONE,
          env: { ...sandbox.env, PULUMI_STACK: "e2e" },
        })
      ).stdout,
    );
    const which = ["--cluster-name", "eks-workshop-auto", "--association-id", associationId];
    await sandbox.succeed("aws", ["eks", "delete-pod-identity-association", ...which]);
    await succeed("pulumi", ["up", "--yes", "--skip-preview", "--refresh"]);
    await kubectl("delete", "pods", "--all", "-n", "carts-kro");
    await carts("verify", {}, "--heal");
    await assertDone();
  });
};

// What is right, and fails today: the pods of an instance come before their association counts, and nothing but a new
// pod mends them. The issue "Nothing lost, nothing silent" takes the `skip` away.
describe.skip("pending, Nothing lost, nothing silent", () => {
  story("an association that counts late", tests, { own: sandbox, goesOn: true });
});
