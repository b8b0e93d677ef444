import assert from "node:assert/strict";
import { kubeConfigOf } from "../../../automation/stack/cluster.ts";
import { type Plan, type Step, toChanges } from "../../../packages/kro-preview/index.ts";

const PROVIDER = "pulumi:providers:kubernetes";
const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const kubeconfig = (name: string) =>
  JSON.stringify({
    clusters: [{ name, cluster: { server: `https://${name}` } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
const provider = (name: string, text: string, op = "same"): Step => {
  const side = { inputs: { kubeconfig: text } };
  const sides = { old: op === "create" ? undefined : side, new: op === "delete" ? undefined : side } as Partial<Step>;
  return { op, urn: urn(PROVIDER, name), type: PROVIDER, ...sides };
};
const resource = (type: string, of: string): Step => ({
  ...{ op: "create", urn: urn(type, "r"), type, provider: `${urn(PROVIDER, of)}::id` },
  new: { inputs: {} },
});
const carts = (of: string) => resource("kubernetes:kro.run/v1alpha1:CartsStack", of);
const plan = (...steps: Step[]): Plan => ({ project: "p", stack: "dev", changes: toChanges(steps) });

describe("the cluster of a plan", () => {
  const found = async (planned: Plan, again?: () => Promise<Plan>) =>
    (await kubeConfigOf(planned, { cwd: "/" }, again)).getCurrentCluster()!.name;

  it("is that of the instances' own provider, else of the RGD's, else of anything's", async () => {
    const rgd = resource("kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", "b");
    const other = resource("kubernetes:apps/v1:DeploymentPatch", "a");
    const providers = ["a", "b", "c"].map((name) => provider(name, kubeconfig(name)));
    assert.equal(await found(plan(...providers, other, rgd, carts("c"))), "c");
    assert.equal(await found(plan(...providers, other, rgd)), "b");
    assert.equal(await found(plan(...providers, other)), "a");
  });

  it("is read from the state where the plan hides it, or has no step of the provider yet", async () => {
    const state = async () => plan(provider("a", kubeconfig("a")));
    assert.equal(await found(plan(provider("a", "[secret]"), carts("a")), state), "a");
    assert.equal(
      await found(plan(provider("a", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "create"), carts("a")), state),
      "a",
    );
    assert.equal(await found(plan(carts("a")), state), "a", "a destroy deletes the provider last");
    const untouched = () => assert.fail("the plan says it all");
    assert.equal(await found(plan(provider("b", kubeconfig("b")), carts("b")), untouched), "b");
  });

  it("is not known where the state does not tell either, and never another", async () => {
    const empty = async () => plan();
    await assert.rejects(found(plan(provider("a", "[secret]"), carts("a")), empty), /is a secret, which can't be read/);
    await assert.rejects(found(plan(provider("a", "[secret]"), carts("a"))), /is a secret, which can't be read/);
    const broken = () => Promise.reject(new Error("no answer"));
    await assert.rejects(found(plan(carts("a")), broken), { message: "the stack's state can't be read: no answer" });
    await assert.rejects(found(plan(carts("a")), empty), /^Error: the stack's state lacks its provider a: /);
    const chosen = { cwd: "/", kubeconfig: "/nowhere", context: "c" };
    await assert.rejects(
      kubeConfigOf(plan(carts("a")), chosen, () => assert.fail("nobody needs it")),
      /no kubeconfig \/nowhere/,
    );
  });
});
