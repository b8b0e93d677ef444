import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { hasCredentials, isReady } from "./awkwardSandbox.ts";
import { CLUSTER_NAME, Stack, story, TestSandbox } from "./kit/index.ts";

// Longer than the table and the pod take, so that nothing hides it.
const sandbox = new TestSandbox("e2e/late", {
  SANDBOX_ASSOCIATION_LAG_SECONDS: "25",
  SANDBOX_KRO_REQUEUE_SECONDS: "1",
});

const stack = new Stack({ tableOnDestroy: "delete" }, { on: sandbox });
const { kubectl } = sandbox.cluster;
type Config = Readonly<Record<string, unknown>>;

const tests = () => {
  before(async function () {
    this.timeout("90m");
    await sandbox.start();
    await stack.init();
  });
  afterEach(() => carts("destroy"));

  /** Runs a command of `carts`; throws with what it prints unless it succeeds. */
  async function carts(command: string, config: Config = {}, ...args: string[]): Promise<void> {
    const { code, output } = await stack.carts(command, config, ...args);
    assert.equal(code, 0, output);
  }

  /** Done means that every pod has credentials and is ready, at that moment. */
  async function assertDone(config: Config = {}): Promise<void> {
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
    const { associationId } = await stack.outputs();
    const which = ["--cluster-name", CLUSTER_NAME, "--association-id", associationId!];
    await sandbox.succeed("aws", ["eks", "delete-pod-identity-association", ...which]);
    await stack.up({}, { args: ["--refresh"] });
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
