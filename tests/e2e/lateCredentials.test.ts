import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { hasCredentials, isReady } from "./awkwardSandbox.ts";
import { CLUSTER_NAME, Stack, story, TestSandbox, until } from "./kit/index.ts";

// Longer than the table and the pod take, so that nothing hides it.
const sandbox = new TestSandbox("e2e/late", {
  SANDBOX_ASSOCIATION_LAG_SECONDS: "25",
  // What is deleted here is made again at once.
  SANDBOX_ASSOCIATION_DELETE_SECONDS: "0",
  SANDBOX_KRO_REQUEUE_SECONDS: "1",
});

const stack = new Stack({}, { on: sandbox });
const { kubectl } = sandbox.cluster;
const shopper = { serviceAccount: "shopper" };
type Config = Readonly<Record<string, unknown>>;

const tests = () => {
  before(async function () {
    this.timeout("90m");
    await sandbox.start();
    await stack.init();
  });

  /** Runs a command of `carts`, and gives what it prints; throws with that unless it succeeds. */
  async function carts(command: string, config: Config = {}, ...args: string[]): Promise<string> {
    const { code, output } = await stack.carts(command, config, ...args);
    assert.equal(code, 0, output);
    return output;
  }

  /** Done means that every pod has credentials and is ready, at that moment. */
  async function assertDone(config: Config = {}): Promise<void> {
    const pods = JSON.parse(await kubectl("get", "pods", "-n", "carts-kro", "-o", "json")).items as V1Pod[];
    const alive = pods.filter(({ metadata }) => !metadata!.deletionTimestamp);
    assert.ok(alive.length > 0 && alive.every(hasCredentials) && alive.every(isReady));
    await carts("verify", config);
  }

  /** The Deployment was restarted in this update, once, and that was said, when it was and at the end. */
  function assertHealed(output: string): void {
    assert.equal(
      output.match(/^note: Deployment carts-kro\/carts is restarted: .*credentials\.$/gm)?.length,
      1,
      output,
    );
    assert.match(output, /^up of e2e is done, after .*; restarted for want of credentials: carts-kro\/carts$/m);
  }

  /** Whether pods that are admitted now get credentials. */
  async function counts(): Promise<boolean> {
    const map = await sandbox.cluster.get("configmap", "eks-pod-identity-associations", "-n", "kube-system");
    return "carts-kro.shopper" in map!.data!;
  }

  it("up isn't done before the pod has its credentials, and then it is", async () => {
    await carts("up");
    await assertDone();
  });

  it("an update to another service account ends with pods that have credentials, restarted once", async () => {
    assertHealed(await carts("up", shopper));
    await assertDone(shopper);
  });

  it("over a table that is there already, plain up says what it waits for, and carts up goes on", async () => {
    await carts("destroy", shopper);
    await until("its association no longer counts", async () => !(await counts()));
    const { code, output } = await stack.pulumi("up --yes --skip-preview", { ...shopper, timeouts: { create: "20s" } });
    assert.notEqual(code, 0, output);
    const said = "pods without AWS credentials, .*: 1; kubectl rollout restart deployment/carts -n carts-kro";
    assert.match(output, new RegExp(`Waiting for {.status.missing.pods}=nothing \\(found "${said}`));
    assert.match(output, new RegExp(`warning: CartsStack default/carts-kro is not ready.* Missing: ${said}`));
    assertHealed(await carts("up", shopper));
    await assertDone(shopper);
  });

  it("verify --heal makes new pods when they will have credentials, not before", async () => {
    const { associationId } = await stack.outputs();
    const which = ["--cluster-name", CLUSTER_NAME, "--association-id", associationId!];
    await sandbox.succeed("aws", ["eks", "delete-pod-identity-association", ...which]);
    await stack.up(shopper, { args: ["--refresh"] });
    await kubectl("delete", "pods", "--all", "-n", "carts-kro");
    await carts("verify", shopper, "--heal");
    await assertDone(shopper);
  });
};

story("an association that counts late", tests, { own: sandbox });
