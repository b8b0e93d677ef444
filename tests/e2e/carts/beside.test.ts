import assert from "node:assert/strict";
import { join } from "node:path";
import { CLONE, get, type Json, kubectl, PROGRAMS, Stack, sandbox, story, until } from "../kit/index.ts";
import { assertNothingLeft, assertRolledOut, IMAGE, pods, variable } from "./expected.ts";

const stack = new Stack({ tableOnDestroy: "delete" });
const program = { cwd: join(CLONE, PROGRAMS, "beside") };

story("what is beside the stack", () => {
  before(stack.init);

  it("comes up with it from nothing: its pods read a Secret of a namespace that isn't there yet", async () => {
    await stack.up({}, program);
    await assertRolledOut(`${IMAGE}:1.3.0`);
    const [pod] = await pods();
    const entry = (pod!.spec!.containers![0]!.env as Json[]).find(({ name }) => (name as string) === "GREETING");
    assert.deepEqual(entry!.valueFrom, { secretKeyRef: { name: "shop", key: "greeting" } });
    assert.equal(variable(pod!, "GREETING"), undefined);
    const everything = JSON.stringify(await get("cartsstacks,deployments", "-A"));
    assert.doesNotMatch(everything, /hello/, "the value is in the Secret alone");
    await stack.succeed("preview --expect-no-changes", {}, program);
  });

  it("finds the stack's pods by their labels", async () => {
    await until("the budget has counted the pods", async () => {
      const { status } = (await get("poddisruptionbudget", "carts", "-n", "carts-kro"))!;
      return Number(status!.expectedPods) === 2 && Number(status!.disruptionsAllowed) === 1;
    });
    const { podSelector } = (await get("networkpolicy", "carts", "-n", "carts-kro"))!.spec!;
    const selector = Object.entries(podSelector!.matchLabels!).map(([label, value]) => `${label}=${value}`);
    const found = await kubectl("get", "pods", "-n", "carts-kro", "-l", selector.join(), "-o", "name");
    assert.equal(found.trim().split("\n").length, 2);
  });

  it("is nothing of kro's, which may do no more than the docs say", async () => {
    const mayKro = async (...what: string[]) => {
      const { code } = await sandbox.run("kubectl", ["auth", "can-i", ...what, "-A", "--as=kro"]);
      return code === 0;
    };
    assert.equal(await mayKro("patch", "deployments.apps"), true);
    assert.equal(await mayKro("get", "secrets"), false);
    assert.equal(await mayKro("create", "pods"), false);
    assert.equal(await mayKro("create", "networkpolicies.networking.k8s.io"), false);
  });

  it("goes with it", async () => {
    await stack.succeed("destroy --yes --skip-preview", {}, program);
    await assertNothingLeft();
  });
});
