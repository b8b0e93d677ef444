import assert from "node:assert/strict";
import { type Definition, type Instance, render } from "../../../packages/kro/index.ts";

const definition = (kind: string, spec: Readonly<Record<string, unknown>>, template: object): Definition => ({
  metadata: { name: kind.toLowerCase() },
  spec: { schema: { apiVersion: "v1", kind, spec }, resources: [{ id: "made", template: { ...template } }] },
});

const shop = (image: string, more: Readonly<Record<string, unknown>> = {}) =>
  definition(
    "Shop",
    { image: `string | default="${image}"`, ...more },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "${schema.metadata.name}" },
      data: { image: "${schema.spec.image}" },
    },
  );

const instance = (kind: string, spec: Instance["spec"] & {}): Instance => ({
  apiVersion: "kro.run/v1",
  kind,
  metadata: { name: "tea", namespace: "shops" },
  spec,
});

/** What the ConfigMap has after an update, of an instance that was there before. */
function imageAfter(before: Instance["spec"] & {}, after: Instance["spec"] & {}, to = shop("b")): unknown {
  const former = render(shop("a"), instance("Shop", before));
  const { children } = render(to, instance("Shop", after), { former });
  return (children[0]!.object as unknown as { readonly data: { readonly image: unknown } }).data.image;
}

describe("a default that changes", () => {
  it("is for new instances: one that exists keeps what it was given", () => {
    assert.equal(imageAfter({}, {}), "a");
    assert.equal(imageAfter({}, { image: "c" }), "c");
    assert.equal(imageAfter({ image: "c" }, {}), "b", "what was applied, and is not any more, is given anew");
    const [made] = render(shop("b"), instance("Shop", {})).children;
    assert.equal((made!.object as unknown as { readonly data: { readonly image: string } }).data.image, "b");
  });

  it("comes to instances that exist, of a field that is new; what goes is not kept", () => {
    const former = render(shop("a", { old: "string | default=x" }), instance("Shop", {}));
    const { instance: stored } = render(shop("a", { size: "integer | default=2" }), instance("Shop", {}), { former });
    assert.deepEqual(stored.spec.stored, { image: "a", size: 2 });
  });

  it("is for new instances within others, too", () => {
    const mall = definition(
      "Mall",
      { name: "string" },
      {
        apiVersion: "kro.run/v1",
        kind: "Shop",
        metadata: { name: "${schema.spec.name}" },
        spec: {},
      },
    );
    const within = (image: string, name: string, former?: ReturnType<typeof render>) =>
      render(mall, instance("Mall", { name }), { definitions: [mall, shop(image)], former });
    const imageOf = ({ children }: ReturnType<typeof render>) =>
      (children[0]!.nested!.children[0]!.object as unknown as { readonly data: object }).data;
    const former = within("a", "one");
    assert.deepEqual(imageOf(within("b", "one", former)), { image: "a" });
    assert.deepEqual(imageOf(within("b", "two", former)), { image: "b" }, "another object");
  });
});
