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

describe("what a changed RGD would do to instances that are there", () => {
  it("is told of those that kro would fail at, or wait for in vain, and of no other", () => {
    const [text, ...more] = foretold([shop("a", 1), shop("b"), shop("c")], { before: BEFORE, after: SIZE });
    assert.deepEqual(more, []);
    assert.match(text!, /^kro would fail at n\/b, n\/c, or wait in vain: .*size/);
    assert.match(text!, /--ignore$/);
    assert.deepEqual(foretold([shop("a", 1)], { before: BEFORE, after: SIZE }), []);
  });

  it("is told of a division that the instance alone makes fail", () => {
    const after = shops("${string(1 / (schema.spec.size - 1))}");
    assert.match(
      foretold([shop("a", 1), shop("b", 2)], { before: BEFORE, after }).join(),
      /^kro would fail at n\/a, or/,
    );
  });

  it("is nothing that was so before, and nothing that the cluster alone can tell", () => {
    assert.deepEqual(foretold([shop("a")], { before: SIZE, after: SIZE }), []);
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
    assert.deepEqual(foretold([shop("a")], { before: BEFORE, after: known }), []);
  });
});
