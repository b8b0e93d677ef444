import assert from "node:assert/strict";
import { foretold } from "../../../automation/rollout/change.ts";
import type { Definition } from "../../../packages/kro/index.ts";
import type { LiveObject } from "../../../packages/live/index.ts";

const shops = (value: string): Definition => ({
  metadata: { name: "shops" },
  spec: {
    schema: { apiVersion: "v1alpha1", kind: "Shop", spec: { name: "string", size: "integer" } },
    resources: [
      {
        id: "config",
        template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "${schema.spec.name}" }, data: { value } },
      },
    ],
  },
});
const shop = (name: string, size?: number): LiveObject => ({
  ...{ apiVersion: "kro.run/v1alpha1", kind: "Shop" },
  metadata: { name, namespace: "n", creationTimestamp: "" },
  spec: { name, ...(size !== undefined && { size }) },
});
const BEFORE = shops("${schema.spec.name}");
const SIZE = shops("${string(schema.spec.size)}");

const NOTHING = { refused: [], notes: [] };

describe("what a changed RGD would do to instances that are there", () => {
  it("is told of those that kro would fail at, or wait for in vain, and of no other", () => {
    const told = foretold([shop("a", 1), shop("b"), shop("c")], { before: BEFORE, after: SIZE });
    const [text, ...more] = told.refused;
    assert.deepEqual(more, []);
    assert.match(text!, /^kro would fail at n\/b, n\/c, or wait in vain: .*size/);
    assert.match(text!, /--ignore$/);
    assert.deepEqual(foretold([shop("a", 1)], { before: BEFORE, after: SIZE }), NOTHING);
  });

  it("is told of a division that the instance alone makes fail", () => {
    const after = shops("${string(1 / (schema.spec.size - 1))}");
    assert.match(
      foretold([shop("a", 1), shop("b", 2)], { before: BEFORE, after }).refused.join(),
      /^kro would fail at n\/a, or/,
    );
  });

  it("is nothing that was so before, and nothing that the cluster alone can tell", () => {
    assert.deepEqual(foretold([shop("a")], { before: SIZE, after: SIZE }), NOTHING);
    const after = BEFORE.spec.resources[0]!;
    const more = {
      id: "more",
      template: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "more" },
        data: { uid: "${config.metadata.uid}" },
      },
    };
    const known = { ...BEFORE, spec: { ...BEFORE.spec, resources: [after, more] } } as Definition;
    assert.deepEqual(foretold([shop("a")], { before: BEFORE, after: known }), NOTHING);
  });

  it("is no more than a note of a child of which the cluster alone knows whether it is made", () => {
    const config = SIZE.spec.resources[0]!;
    const resources = [
      { id: "other", externalRef: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" } } },
      { ...config, includeWhen: ["${other.data.on == 'yes'}"] },
    ];
    const after = { ...SIZE, spec: { ...SIZE.spec, resources } } as Definition;
    const { refused, notes } = foretold([shop("a", 1), shop("b")], { before: BEFORE, after });
    assert.deepEqual(refused, []);
    const unset = {
      ...SIZE,
      spec: { ...SIZE.spec, resources: [{ ...config, includeWhen: ["${schema.spec.size > 1}"] }] },
    };
    const own = foretold([shop("b")], { before: BEFORE, after: unset });
    assert.match(own.refused.join(), /^kro would fail at n\/b, or wait in vain: includeWhen: /);
    assert.match(notes.join(), /^where the cluster has it be made, kro would fail at n\/b, or wait in vain: .*size/);
  });
});
