import assert from "node:assert/strict";
import type { Children } from "../../../automation/adopt/children.ts";
import type { Found } from "../../../automation/adopt/find.ts";
import { type DefinitionPair, type Evidence, judge, schemaVerdict } from "../../../automation/adopt/verdict.ts";
import type { Definition, KubernetesObject } from "../../../packages/kro/index.ts";
import type { PlannedChange, Report } from "../../../packages/kro-preview/index.ts";
import type { LiveObject } from "../../../packages/live/index.ts";

const live = (kind: string, name: string, more: object = {}, metadata: object = {}): LiveObject =>
  ({
    apiVersion: kind === "Table" ? "dynamodb.services.k8s.aws/v1alpha1" : "v1",
    kind,
    metadata: { name, namespace: "n", uid: `uid-${name}`, creationTimestamp: "", ...metadata },
    ...more,
  }) as LiveObject;

const definition = (spec: object, status: object = {}): Definition => ({
  metadata: { name: "cartsstack" },
  spec: {
    schema: { apiVersion: "v1alpha1", kind: "CartsStack", spec: { ...spec }, status: { ...status } },
    resources: [],
  },
});

const pair = (before: object, after: object, annotations: object = {}): DefinitionPair => ({
  live: live("ResourceGraphDefinition", "cartsstack", {}, { namespace: undefined, annotations }),
  before: definition(before),
  after: definition(after),
});

const change = (urn: string, action: PlannedChange["action"] = "update", changed: string[] = []): PlannedChange => ({
  ...{ urn, type: "t", name: urn, action, before: {}, after: {}, changed, retained: false, imported: true },
});

const children = (more: Partial<Children> = {}): Children => ({
  ...{ instance: "default/carts", isThere: true, isNew: true, table: "t", taken: [], otherTables: [] },
  ...more,
});

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  ...{ project: "carts-stack", stack: "dev", found: [], plan: { project: "p", stack: "s", changes: [] } },
  ...{
    report: { dangers: [], children: [] } as unknown as Report,
    definition: undefined,
    rivals: [],
    children: [],
    attached: {},
  },
  recreate: false,
  ...more,
});

const instance = (has: object, next: object): Found => ({
  title: "CartsStack default/carts",
  ...{ id: "default/carts", owner: undefined, live: live("CartsStack", "carts", { spec: has }) },
  wanted: {
    ...{ kind: "instance", change: change("i") },
    instance: { apiVersion: "kro.run/v1alpha1", kind: "CartsStack", metadata: { name: "carts" }, spec: next as never },
  },
});

const deployment = (labels: object): KubernetesObject & LiveObject =>
  live("Deployment", "carts", { apiVersion: "apps/v1", spec: { selector: { matchLabels: labels } } }) as never;

describe("the verdict on an adoption", () => {
  it("allows what only narrows values for the update, and refuses what an instance could need", () => {
    const mild = schemaVerdict(pair({ a: "string" }, { a: "string | maxLength=3", b: "string | default=x" }));
    assert.deepEqual(mild.refused, []);
    assert.match(
      mild.notes[0]!,
      /annotation kro\.run\/allow-breaking-changes for this update.*\(spec\.a has the maxLength 3\)/,
    );
    for (const [before, after, said] of [
      [
        { a: "string", b: "string" },
        { a: "string" },
        /spec\.b is removed.*kubectl annotate resourcegraphdefinition\/cartsstack kro\.run\/allow-/,
      ],
      [{ a: "string" }, { a: "integer" }, /spec\.a changes from string to integer/],
      [{ a: "string" }, { a: "string", b: "string | required=true" }, /spec\.b becomes required/],
    ] as const) {
      const grave = schemaVerdict(pair(before, after));
      assert.match(grave.refused[0]!, said);
      assert.deepEqual(grave.notes, []);
      const allowed = schemaVerdict(pair(before, after, { "kro.run/allow-breaking-changes": "true" }));
      assert.deepEqual(allowed.refused, []);
      assert.match(
        allowed.notes[0]!,
        /for this update, and not after it: kro refuses without that what you have allowed/,
      );
    }
    assert.deepEqual(schemaVerdict(pair({ a: "string" }, { a: "string" })), { refused: [], notes: [] });
  });

  it("has the RGD annotated only where that is needed", () => {
    const { beside } = judge(evidence({ definition: pair({ a: "string" }, { a: "string | maxLength=3" }) }));
    assert.equal(beside.allow?.metadata.name, "cartsstack");
    assert.equal(judge(evidence({ definition: pair({ a: "string" }, { a: "string" }) })).beside.allow, undefined);
  });

  it("takes nothing of another stack's, and what says to be this one's", () => {
    const one = (owner: string): Found => ({ ...instance({}, {}), owner });
    assert.match(judge(evidence({ found: [one("acme/shop/dev")] })).refused[0]!, /is the stack acme\/shop\/dev's/);
    assert.deepEqual(judge(evidence({ found: [one("acme/carts-stack/dev")] })).refused, []);
    const declared = (after: object): Found => {
      const { wanted, ...found } = one("acme/carts-stack/dev");
      return { ...found, wanted: { ...wanted, change: { ...wanted.change, after: after as never } } };
    };
    for (const ownedBy of [
      (owner: string) => ({ tags: { "carts-stack/managed-by": owner } }),
      (owner: string) => ({ metadata: { annotations: { "carts-stack/owner": owner } } }),
    ]) {
      assert.deepEqual(judge(evidence({ found: [declared(ownedBy("acme/carts-stack/dev"))] })).refused, []);
      assert.match(
        judge(evidence({ found: [declared(ownedBy("shop/carts-stack/dev"))] })).refused[0]!,
        /is the stack acme\/carts-stack\/dev's/,
      );
    }
  });

  it("refuses an instance of another table or namespace, with the config that keeps it", () => {
    const { refused } = judge(
      evidence({ found: [instance({ tableName: "a", namespace: "n" }, { tableName: "b", namespace: "n" })] }),
    );
    assert.deepEqual(refused.length, 1);
    assert.match(refused[0]!, /has tableName "a", and the config makes it "b".*`pulumi config set tableName a`/);
  });

  it("refuses what Pulumi would replace", () => {
    const found = [instance({}, {})];
    const plan = { project: "p", stack: "s", changes: [change("i", "replace", ["spec"])] };
    assert.match(
      judge(evidence({ found, plan })).refused[0]!,
      /CartsStack default\/carts would be replaced, because of spec/,
    );
  });

  it("refuses a Deployment of another selector, unless it may be made anew", () => {
    const taken = [{ child: deployment({ a: "1" }), live: deployment({ a: "2" }) }];
    const { refused, beside } = judge(evidence({ children: [children({ taken })] }));
    assert.match(
      refused[0]!,
      /^Deployment n\/carts has the selector a=2, kro would apply a=1, .* --recreate-deployments/,
    );
    assert.deepEqual(beside.recreate, []);
    const allowed = judge(evidence({ children: [children({ taken })], recreate: true }));
    assert.deepEqual([allowed.refused, allowed.beside.recreate.length], [[], 1]);
    const same = [{ child: deployment({ a: "1", b: "2" }), live: deployment({ b: "2", a: "1" }) }];
    assert.deepEqual(judge(evidence({ children: [children({ taken: same })] })).refused, []);
  });

  it("keeps the table of an object that goes, and deletes only what kro doesn't", () => {
    const [own, other] = [live("Table", "items"), live("Table", "byhand")];
    const otherTables = [
      { live: own, isOfInstance: true },
      { live: other, isOfInstance: false },
    ];
    const { notes, beside } = judge(evidence({ children: [children({ otherTables })] }));
    assert.deepEqual([beside.retain, beside.remove], [[own, other], [other]]);
    assert.match(notes[0]!, /Table n\/items .* deletion policy retain, and kro deletes it/);
    assert.match(notes[1]!, /Table n\/byhand .* and adopt deletes it/);
  });

  it("refuses a child of another instance, and says what kro takes over where there was none", () => {
    const labels = { "kro.run/instance-name": "other", "kro.run/instance-namespace": "default" };
    const theirs = { child: live("ConfigMap", "carts"), live: live("ConfigMap", "carts", {}, { labels }) };
    assert.match(
      judge(evidence({ children: [children({ taken: [theirs] })] })).refused[0]!,
      /is of the instance default\/other/,
    );
    const table = live("Table", "items", {}, { labels });
    assert.match(
      judge(evidence({ children: [children({ otherTables: [{ live: table, isOfInstance: false }] })] })).refused[0]!,
      /Table n\/items is of the instance default\/other/,
    );
    const nobodys = { child: live("ConfigMap", "carts"), live: live("ConfigMap", "carts") };
    const { notes, refused } = judge(evidence({ children: [children({ taken: [nobodys], isThere: false })] }));
    assert.deepEqual(refused, []);
    assert.match(
      notes[0]!,
      /^kro takes over for default\/carts, and deletes with it: ConfigMap n\/carts\. With a namespace/,
    );
  });

  it("refuses what an instance that nobody takes over would lose, with what keeps its table", () => {
    const child = (name: string, kind: string, otherStack: boolean) => ({
      ...{ apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind, namespace: "n", otherStack },
      ...{ instance: "default/other", dangers: [{ name, message: `${name} of t` }] },
    });
    const judged = (...all: object[]) =>
      judge(evidence({ report: { dangers: [], children: all } as unknown as Report }));
    const { refused } = judged(child("table-deleted", "Table", true), child("immutable-field", "Deployment", true));
    assert.equal(refused.length, 1);
    assert.match(
      refused[0]!,
      /^the instance default\/other is not this stack's, .*: table-deleted of t; immutable-field of t\./,
    );
    assert.match(
      refused[0]!,
      /`kubectl annotate --overwrite table\.\S+ -n n --all \S+=retain && kubectl delete cartsstack other -n default`/,
    );
    assert.deepEqual(judged(child("rollout", "Deployment", true), child("table-deleted", "Table", false)).refused, []);
  });

  it("refuses a namespace in which nothing is the instance's", () => {
    const namespace = { child: live("Namespace", "n"), live: live("Namespace", "n") };
    const account = { child: live("ServiceAccount", "carts"), live: live("ServiceAccount", "carts") };
    const refusedOf = (more: Partial<Children>) => judge(evidence({ children: [children(more)] })).refused;
    assert.match(
      refusedOf({ isThere: false, taken: [namespace] })[0]!,
      /Namespace .*n exists, and has nothing in it that/,
    );
    assert.deepEqual(refusedOf({ isThere: false, taken: [namespace, account] }), []);
    assert.deepEqual(refusedOf({ taken: [namespace] }), []);
  });

  it("takes away what a run that was killed has left allowed", () => {
    const managedFields = [
      { manager: "carts", fieldsV1: { "f:metadata": { "f:annotations": { "f:kro.run/allow-breaking-changes": {} } } } },
    ];
    const { live: left, ...rest } = pair(
      { a: "string" },
      { a: "string" },
      { "kro.run/allow-breaking-changes": "true" },
    );
    const judged = (metadata: object) =>
      judge(evidence({ definition: { ...rest, live: { ...left, metadata: { ...left.metadata, ...metadata } } } }));
    const { beside, notes } = judged({ managedFields });
    assert.equal(beside.allowed.length, 1);
    assert.match(notes[0]!, /from a run that did not end: it is taken away/);
    assert.deepEqual(judged({}).beside.allowed, []);
  });

  it("refuses an RGD of the same API under another name", () => {
    assert.match(
      judge(evidence({ rivals: ["carts.kro.run"] })).refused[0]!,
      /is of the ResourceGraphDefinition carts\.kro\.run/,
    );
  });

  it("refuses what the API server would refuse of an instance, and says which policies stay", () => {
    const dangers = [
      { name: "instance-refused", message: "CartsStack default/b does not fit", of: "x" },
      { name: "rollout", message: "pods are replaced", of: "y" },
    ];
    const { refused, notes } = judge(
      evidence({ report: { dangers, children: [] } as unknown as Report, attached: { r: ["arn:p"] } }),
    );
    assert.deepEqual(refused, ["CartsStack default/b does not fit"]);
    assert.match(notes[0]!, /`aws iam detach-role-policy --role-name r --policy-arn arn:p`/);
  });
});
