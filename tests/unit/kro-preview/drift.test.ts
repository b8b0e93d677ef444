import assert from "node:assert/strict";
import { asDrifted, type Drift, type DriftedField } from "../../../packages/kro-preview/drift.ts";
import { driftText, formatMarkdown, formatTree, type Report } from "../../../packages/kro-preview/index.ts";
import type { Plan, PlannedChange } from "../../../packages/kro-preview/pulumi/plan.ts";

const URN = "urn:pulumi:dev::p::kubernetes:kro.run/v1alpha1:CartsStack::carts";
const TYPE = "kubernetes:kro.run/v1alpha1:CartsStack";
const spec = (replicas: number) => ({ spec: { replicas } });
const planned = (over: Partial<PlannedChange> = {}): PlannedChange => ({
  ...{ urn: URN, type: TYPE, name: "carts", action: "same", before: spec(1), after: spec(1) },
  ...{ changed: [], retained: false, imported: false },
  ...over,
});
const drift = (change: Drift["change"], ...fields: DriftedField[]): Drift => ({
  ...{ urn: URN, type: TYPE, name: "carts" },
  ...{ change, fields },
});
const REPLICAS = { path: "spec.replicas", expected: 1, found: 3, manager: "kubectl-patch" };

const drifted = (change: PlannedChange, of: Drift, live?: PlannedChange["before"]) => {
  const plan: Plan = { project: "p", stack: "dev", changes: [change] };
  const { action, before, changed } = asDrifted(plan, [{ drift: of, ...(live && { live }) }]).changes[0]!;
  return { action, before, changed };
};

describe("a plan of what is not as the last update left it", () => {
  it("puts back what was changed, and goes on from there to what changes as well", () => {
    const back = { action: "update", before: spec(3), changed: ["spec"] };
    assert.deepEqual(drifted(planned(), drift("changed", REPLICAS), spec(3)), back);
    const other = planned({ action: "update", after: spec(2), changed: ["spec"] });
    assert.deepEqual(drifted(other, drift("changed", REPLICAS), spec(3)), back);
    const role = { path: "assumeRolePolicy" };
    assert.deepEqual(drifted(planned(), drift("changed", role)), {
      action: "update",
      before: spec(1),
      changed: ["assumeRolePolicy"],
    });
  });

  it("makes what is gone anew, and does not delete it twice", () => {
    assert.deepEqual(drifted(planned(), drift("deleted")), { action: "create", before: undefined, changed: [] });
    const gone = planned({ action: "delete", after: undefined });
    assert.equal(drifted(gone, drift("deleted")).action, "delete");
  });

  it("is the plan itself for a field that was only taken", () => {
    assert.deepEqual(drifted(planned(), drift("taken", REPLICAS)), { action: "same", before: spec(1), changed: [] });
  });
});

describe("what is told of a drift", () => {
  const release = "kubectl patch cartsstack.kro.run/carts --type json -p '[]'";

  it("is what was there, what is, by whom, and what puts it right", () => {
    assert.deepEqual(driftText([drift("changed", REPLICAS), drift("deleted")]), [
      `~ ${TYPE} carts: changed`,
      "    - spec.replicas: 1",
      "    + spec.replicas: 3, by kubectl-patch",
      `- ${TYPE} carts: deleted`,
      "`carts up` puts it right. So does `pulumi up --refresh --skip-preview`, which waits only for what it changes.",
    ]);
    const { expected: _, ...added } = REPLICAS;
    const { found: __, ...removed } = REPLICAS;
    assert.deepEqual(driftText([drift("changed", added, removed, { path: "policy" })]).slice(1, 4), [
      "    + spec.replicas: 3, by kubectl-patch",
      "    - spec.replicas: 1",
      "    + spec.replicas: not there, by kubectl-patch",
    ]);
  });

  it("names a refresh for what nothing else finds, and the command without which an update fails", () => {
    assert.deepEqual(driftText([{ ...drift("deleted"), needsRefresh: true }]).slice(1), [
      "`pulumi up --refresh --skip-preview` puts it right.",
    ]);
    const lines = driftText([drift("changed", { ...REPLICAS, manager: "argo", release })]);
    assert.equal(lines[4], `  ${release}`);
    assert.match(lines[5]!, /^Then `carts up` puts it right/);
  });

  it("comes first in a tree, with what changes, and where nothing does", () => {
    const found = { drift: [drift("changed", REPLICAS)] };
    const none: Report = {
      version: 1,
      project: "p",
      stack: "dev",
      resources: [],
      children: [],
      dangers: [],
      notes: [],
    };
    assert.match(formatTree({ ...none, ...found }, { color: false }), /^No change in p\/dev\.\nNot as the last update/);
    const resources = [
      { urn: URN, type: TYPE, name: "carts", action: "update" as const, changed: ["spec"], dangers: [] },
    ];
    const tree = formatTree({ ...none, ...found, resources }, { color: false });
    assert.match(
      tree,
      /^Not as the last update left it\n~ .*\n.*\n.*by kubectl-patch\n.*\n\nPulumi's plan for p\/dev\n/,
    );
  });

  it("is a diff in a comment, its commands to copy, and stays on its lines whatever it holds", () => {
    const wild = { ...REPLICAS, found: "```\n<b>", manager: "argo", release };
    const none: Report = {
      version: 1,
      project: "p",
      stack: "dev",
      resources: [],
      children: [],
      dangers: [],
      notes: [],
    };
    const text = formatMarkdown({ ...none, drift: [drift("changed", wild)] });
    assert.match(text, /### Not as the last update left it\n\n`{4,}diff\n~ .*CartsStack carts: changed\n/);
    assert.match(text, /```sh\nkubectl patch .*\n```\n/);
    assert.doesNotMatch(text, /^<b>/m);
  });
});
