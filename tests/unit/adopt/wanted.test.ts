import assert from "node:assert/strict";
import { wantedOf } from "../../../automation/adopt/wanted.ts";
import { KnownAfterApply, type Value } from "../../../packages/kro/index.ts";
import type { Plan, PlannedChange } from "../../../packages/kro-preview/index.ts";

const unknown = new KnownAfterApply("an output of this stack");

function plan(...changes: readonly (readonly [type: string, after: object, action?: PlannedChange["action"]])[]): Plan {
  return {
    project: "p",
    stack: "s",
    changes: changes.map(([type, after, action = "create"], i) => ({
      ...{ urn: `urn:${i}`, type, name: `n${i}`, action, before: undefined, after: after as { [key: string]: Value } },
      ...{ changed: [], retained: false, imported: false },
    })),
  };
}

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";

describe("what a program declares and may be there already", () => {
  it("is all that it would create, by its name", () => {
    const found = wantedOf(
      plan(
        [ROLE, { name: "r" }],
        [POLICY, { name: "p", role: "r" }],
        [ASSOCIATION, { clusterName: "c", namespace: "n", serviceAccount: "s", roleArn: unknown }],
        ["kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", { metadata: { name: "cartsstack" }, spec: {} }],
        [INSTANCE, { metadata: { name: "i", namespace: "default" }, spec: {} }],
        ["pulumi:providers:kubernetes", {}],
        ["kubernetes:apps/v1:DeploymentPatch", { metadata: { name: "ui" } }],
      ),
    );
    assert.deepEqual(
      found.map(({ change: _, ...one }) => one),
      [
        { kind: "role", name: "r" },
        { kind: "policy", role: "r", name: "p" },
        { kind: "association", clusterName: "c", namespace: "n", serviceAccount: "s" },
        { kind: "definition", definition: { metadata: { name: "cartsstack" }, spec: {} } },
        { kind: "instance", instance: { metadata: { name: "i", namespace: "default" }, spec: {} } },
      ] as object[],
    );
  });

  it("is nothing that the stack has, or will have anew", () => {
    assert.deepEqual(
      wantedOf(plan([ROLE, { name: "r" }, "same"], [ROLE, { name: "r" }, "update"], [ROLE, { name: "r" }, "replace"])),
      [],
    );
  });

  it("is not looked for by what is not known yet, but a policy whose role the plan alone has", () => {
    assert.deepEqual(wantedOf(plan([ROLE, { name: unknown }], [POLICY, { name: "p", role: unknown }])), []);
    assert.deepEqual(wantedOf(plan([INSTANCE, { metadata: { name: unknown, namespace: "d" } }])), []);
    assert.deepEqual(wantedOf(plan([ASSOCIATION, { clusterName: unknown, namespace: "n", serviceAccount: "s" }])), []);
    const [, policy] = wantedOf(plan([ROLE, { name: "r" }], [POLICY, { name: "p", role: unknown }]));
    assert.equal(policy?.kind === "policy" && policy.role, "r");
    const two = wantedOf(plan([ROLE, { name: "r" }], [ROLE, { name: "q" }], [POLICY, { name: "p", role: unknown }]));
    assert.deepEqual(
      two.map(({ kind }) => kind),
      ["role", "role"],
    );
  });
});
