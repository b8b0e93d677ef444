import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { type Declared, declare, failures, Other, type Run } from "./mocks.ts";

const START = "urn:pulumi:test::carts-stack::carts-stack:index:CartsStack$";
const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";
const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const TYPES = [ROLE, POLICY, ASSOCIATION];

const LABS = ["carts-role", "carts-policy", "carts-association"];
const BLUE: CartsStackArgs = { clusterName: "c", instanceName: "blue" };
const BLUES = ["carts-role-blue", "carts-policy-blue", "carts-association-blue-carts"];

const role = (name: string, physical: string) => ({ [`${START}${ROLE}::${name}`]: { name: physical } });
const policy = (name: string) => ({ [`${START}${POLICY}::${name}`]: { policy: "{}" } });
const association = (name: string, namespace: string, serviceAccount = "carts", clusterName = "c") => ({
  [`${START}${ASSOCIATION}::${name}`]: { clusterName, namespace, serviceAccount },
});
const instance = (name: string, namespace = name, tableName = `c-carts-${name}`) => ({
  [`${START}${INSTANCE}::carts`]: {
    metadata: { name, namespace: "default" },
    spec: { tableName, namespace, tableOnDestroy: "retain" },
  },
});

/** What is declared of role, policy and association: name, the name that it is taken over from, and the key in AWS. */
async function identity(args: CartsStackArgs, run: Run = {}) {
  const declared = await declare(run);
  const { instance } = new CartsStack("carts", args).nodes;
  await new Promise((resolve) => instance.urn.apply(resolve));
  await runtime.disconnect();
  const found = TYPES.map((type) => declared.find((resource) => resource.type === type)).filter((one) => !!one);
  return {
    found,
    names: found.map(({ name }) => name),
    from: found.map(({ request }) => request.getAliasesList().map((alias) => alias.getUrn().split("::").at(-1))[0]),
    role: declared.find(({ type }) => type === ROLE)?.inputs.name,
  };
}

describe("role and association of a CartsStack", () => {
  it("are other resources where they are others in AWS, and the same where they are not", async () => {
    const names = async (args: Partial<CartsStackArgs>) => (await identity({ clusterName: "c", ...args })).names;
    assert.deepEqual(await names({}), LABS);
    assert.deepEqual(await names({ tableName: "c-carts-x", roleScope: "table", replicas: 2 }), LABS);
    assert.deepEqual(await names({ namespace: "shop" }), [...LABS.slice(0, 2), "carts-association-shop-carts"]);
    assert.deepEqual(await names({ serviceAccount: "s" }), [...LABS.slice(0, 2), "carts-association-carts-kro-s"]);
    assert.deepEqual(await names(BLUE), BLUES);
    assert.deepEqual(await names({ roleName: "shared" }), ["carts-association"]);
  });

  it("make way for another only where their names can't tell them apart", async () => {
    const { found } = await identity({ clusterName: "c", namespace: new Other().name });
    const isOther = ({ request }: Declared) => [
      request.getDeletebeforereplacedefined(),
      request.getDeletebeforereplace(),
    ];
    assert.deepEqual(found.filter(({ type }) => type !== POLICY).map(isOther), Array(2).fill([true, true]));
    assert.equal(found.at(-1)!.name, "carts-association");
  });

  it("are taken over, as they are, from a stack of the version before", async () => {
    const previous = {
      ...instance("blue"),
      ...role("carts-role", "c-carts-blue"),
      ...policy("carts-policy"),
      ...association("carts-association", "blue"),
    };
    const { names, from } = await identity(BLUE, { previous });
    assert.deepEqual([names, from], [BLUES, LABS]);
  });

  it("are not what the state has of another key", async () => {
    const previous = {
      ...instance("carts-kro", "carts-kro", "c-carts-kro"),
      ...association("carts-association", "carts-kro"),
      ...association("carts-association-shop-carts", "shop", "carts", "elsewhere"),
    };
    const { names, from } = await identity({ clusterName: "c", namespace: "shop" }, { previous });
    assert.deepEqual([names.at(-1), from.at(-1)], ["carts-association-shop-carts", "carts-association-shop-carts"]);
    const store = await identity({ clusterName: "c", namespace: "store" }, { previous });
    assert.deepEqual(store.from.at(-1), "carts-association-store-carts");
  });

  it("are found by their key where it becomes known later, and where that is over", async () => {
    const previous = association("carts-association-shop-carts", "shop");
    const later = { clusterName: "c", namespace: new Other("shop").name };
    const preview = await identity(later, { preview: true, previous });
    assert.deepEqual(
      [preview.names.at(-1), preview.from.at(-1)],
      ["carts-association", "carts-association-shop-carts"],
    );
    const over = await identity(
      { clusterName: "c", namespace: "shop" },
      { previous: association("carts-association", "shop") },
    );
    assert.equal(over.from.at(-1), "carts-association");
  });

  it("keep the lab's role while it is the only one, on the way back as well", async () => {
    const args = { namespace: "carts-kro", tableName: "c-carts-kro", roleScope: "cluster" } as const;
    const labs = { ...instance("carts-kro", "carts-kro", "c-carts-kro"), ...role("carts-role", "c-carts-dynamo") };
    const there = await identity({ ...BLUE, ...args }, { previous: { ...labs, ...policy("carts-policy") } });
    assert.deepEqual([there.role, there.from.slice(0, 2)], ["c-carts-dynamo", LABS.slice(0, 2)]);
    const moved = { ...instance("blue"), ...role("carts-role-blue", "c-carts-dynamo"), ...policy("carts-policy-blue") };
    const back = await identity({ clusterName: "c" }, { previous: moved });
    assert.deepEqual([back.role, back.from.slice(0, 2)], ["c-carts-dynamo", BLUES.slice(0, 2)]);
  });

  it("let a renamed instance be taken back, whose own defaults would be news otherwise", async () => {
    const failed = {
      ...instance("carts-kro", "carts-kro", "c-carts-kro"),
      ...role("carts-role", "c-carts-dynamo"),
      ...association("carts-association", "carts-kro"),
    };
    const left = { ...role("carts-role-blue", "c-carts-blue"), ...association("carts-association-blue-carts", "blue") };
    const back = await identity(BLUE, { previous: { ...failed, ...left } });
    assert.deepEqual(
      [back.role, back.names, back.from.filter((_, i) => i !== 1)],
      ["c-carts-blue", BLUES, [BLUES[0], BLUES[2]]],
    );
    await declare({ previous: failed });
    assert.match((await failures(() => new CartsStack("carts", BLUE)))[0]!, /it would change namespace/);
  });
});
