import assert from "node:assert/strict";
import { buildGraph, type Definition, type KubernetesObject, render } from "../../packages/kro/index.ts";
import { diff } from "../../packages/kro-preview/index.ts";
import * as aws from "./aws.ts";
import { unforeseen } from "./fidelity/changes.ts";
import * as cluster from "./fidelity/cluster.ts";
import { notAsRendered, unknownFields } from "./fidelity/compare.ts";
import { creations, deletions, notInOrder, notInWaves } from "./fidelity/order.ts";
import * as rgds from "./fidelity/variants.ts";
import { type Variant, variants } from "./fidelity/variants.ts";
import { featureTests, randomTests } from "./fidelity/widely.ts";
import { letKro, remove, story } from "./kit/index.ts";

/** Seconds until kro has made, changed and removed all that there is, on a slow machine. */
const PATIENCE = 90;

const definitions = [rgds.carts, rgds.values, rgds.structures, rgds.tenants];
/** Every kind that a child may have. */
const kinds = [...definitions, rgds.changedCarts, rgds.changedStructures].flatMap(({ spec }) =>
  spec.resources.flatMap(({ template }) => (template ? [template as unknown as KubernetesObject] : [])),
);

const found = (object: Definition | Variant["instance"]) => cluster.get(object as unknown as KubernetesObject);
const childrenOf = async ({ instance }: Variant) => cluster.childrenOf(await found(instance), kinds);
const renderingOf = ({ definition, instance }: Variant) => render(definition, instance);

/** @param lines - that say what is wrong. */
const assertNone = (lines: readonly string[]) => assert.ok(lines.length === 0, `\n${lines.join("\n")}`);

const notReady = ({ kind, metadata, status }: cluster.LiveObject): string[] => {
  const conditions = status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "True" && ready.observedGeneration === metadata.generation) return [];
  return [`${kind} ${metadata.name} is not ready: ${ready?.message}`];
};

/** Applies RGDs, and waits until kro has taken them. */
async function applyDefinitions(...all: readonly Definition[]): Promise<void> {
  await cluster.apply(...all);
  const check = async () => (await Promise.all(all.map(found))).flatMap(notReady);
  assertNone(await cluster.eventually(check, PATIENCE));
}

/** Waits until an instance's children are those that are rendered, and the instance is ready. */
async function assertAsRendered(variant: Variant): Promise<void> {
  const { children } = renderingOf(variant);
  assertNone(children.flatMap(({ node, problems }) => problems.map((problem) => `${node}: ${problem}`)));
  const check = async () => [
    ...notAsRendered(children, await childrenOf(variant)),
    ...notReady(await found(variant.instance)),
  ];
  assertNone(await cluster.eventually(check, PATIENCE));
}

/** Makes a change, and compares what becomes of the children with what was foretold. */
async function assertForetold(pairs: readonly (readonly [Variant, Variant])[], change: () => Promise<void>) {
  const before = await Promise.all(pairs.map(([variant]) => childrenOf(variant)));
  await change();
  for (const [i, [old, next]] of pairs.entries()) {
    await assertAsRendered(next);
    assertNone(unforeseen(diff(renderingOf(old), renderingOf(next)), before[i]!, await childrenOf(next)));
  }
}

const tests = () => {
  const all = Object.entries(variants);
  const ofCarts = all.map(([, variant]) => variant).filter(({ definition }) => definition === rgds.carts);
  const { "a structure with everything included": full, "a structure with as little as can be": bare } = variants;

  before(async () => {
    await letKro({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] });
    // Carts without credentials crash, and their instances are never ready.
    await aws.makePodRole("fidelity", "*");
    for (const { instance } of ofCarts) {
      const { namespace, serviceAccount = "carts" } = instance.spec as { namespace: string; serviceAccount?: string };
      await aws.associate(namespace, serviceAccount, "fidelity");
    }
    await cluster.apply(...rgds.fixtures);
    await applyDefinitions(...definitions);
    const refused = [rgds.unmakeable.instance, rgds.twins.instance];
    await cluster.apply(...all.map(([, { instance }]) => instance), ...refused);
  });

  describe("field by field", () => {
    for (const [title, variant] of all) it(title, () => assertAsRendered(variant));

    it("but for a child that kro can't make, which is said to be so", async () => {
      const { children } = renderingOf(rgds.unmakeable);
      const makeable = children.filter(({ problems }) => problems.length === 0);
      const stuck = children.filter((child) => !makeable.includes(child));
      assert.deepEqual(
        stuck.map(({ node }) => node),
        ["lists"],
      );
      assertNone(notAsRendered(makeable, await childrenOf(rgds.unmakeable)));
      assert.match(notReady(await found(rgds.unmakeable.instance)).join(), /data pending/);
    });

    it("but for two children of the same name, which are said to be so", async () => {
      const stuck = renderingOf(rgds.twins).children.filter(({ problems }) => problems.length > 0);
      assert.deepEqual(
        stuck.map(({ node }) => node),
        ["workers", "shadows"],
      );
      assert.match(notReady(await found(rgds.twins.instance)).join(), /identity collision/);
    });
  });

  it("says of no field that only the cluster can know it, but where that is so", () => {
    const lines = all.flatMap(([title, variant]) => {
      const foreseen = rgds.knownToTheCluster.get(variant.definition) ?? [];
      const unforeseen = unknownFields(renderingOf(variant).children).filter((field) => !foreseen.includes(field));
      return unforeseen.map((field) => `${title}: ${field}`);
    });
    assertNone(lines);
  });

  describe("in the order of the waves", () => {
    for (const [title, variant] of all) {
      it(title, () => assertNone(notInOrder(renderingOf(variant), buildGraph(variant.definition), creations())));
    }

    it("the carts RGD, strictly one wave after the other", () => {
      assertNone(ofCarts.flatMap((variant) => notInWaves(renderingOf(variant), creations())));
    });
  });

  describe("after a change that was foretold", () => {
    const changedFull = rgds.withSpec(full!, {
      ...{ image: "example.com/app:2", mode: "small", cpu: "1500m", monitoring: { enabled: false } },
      workers: [{ name: "ann", size: 2 }, { name: "cat" }],
    });

    it("of an instance", async () => {
      await assertForetold([[full!, changedFull]], () => cluster.apply(changedFull.instance));
    });

    it("of an RGD with three instances and more", async () => {
      const next = ofCarts.map(({ instance }) => ({ definition: rgds.changedCarts, instance }));
      const pairs = ofCarts.map((variant, i) => [variant, next[i]!] as const);
      await assertForetold(pairs, () => applyDefinitions(rgds.changedCarts));
    });

    it("of an RGD that renames, removes and adds nodes", async () => {
      const pairs = [changedFull, bare!].map(
        (variant) => [variant, { ...variant, definition: rgds.changedStructures }] as const,
      );
      await assertForetold(pairs, () => applyDefinitions(rgds.changedStructures));
    });

    it("of an instance that is replaced", async () => {
      const old = { ...ofCarts[0]!, definition: rgds.changedCarts };
      const next = rgds.withSpec(old, { tableName: "another-table" });
      const before = await childrenOf(old);
      await remove(old.instance);
      await cluster.apply(next.instance);
      await assertAsRendered(next);
      const changes = diff(renderingOf(old), renderingOf(next), { replaced: true });
      assertNone(unforeseen(changes, before, await childrenOf(next)));
    });
  });

  describe("far and wide", () => {
    featureTests();
    randomTests(20, 3);
  });

  describe("in the deletion waves, from the last to the first, when an instance is deleted", () => {
    const gone = {
      "of the carts RGD": { definition: rgds.changedCarts, instance: ofCarts[1]!.instance },
      "of a structure": { definition: rgds.changedStructures, instance: bare!.instance },
    };
    for (const [title, variant] of Object.entries(gone)) {
      it(title, async () => {
        await remove(variant.instance);
        assertNone(notInWaves(renderingOf(variant), deletions()));
      });
    }
  });
};

story("what is rendered is what kro makes", tests, { goesOn: true });
