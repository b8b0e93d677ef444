import assert from "node:assert/strict";
import { type Definition, type DefinitionResource, KnownAfterApply, render } from "../../../packages/kro/index.ts";
import type { Child } from "../../../packages/kro/runtime/node.ts";
import { configMap } from "./shop.ts";

/** An RGD of a kind of `shop.example`. */
const rgd = (
  kind: string,
  resources: readonly DefinitionResource[],
  { spec = { size: "integer | default=1" }, status = {}, scope = "Namespaced" } = {},
): Definition => ({
  metadata: { name: kind.toLowerCase() },
  spec: { schema: { apiVersion: "v1alpha1", kind, group: "shop.example", scope, spec, status }, resources },
});

const node = (
  id: string,
  kind: string,
  spec: object | undefined,
  more: Partial<DefinitionResource> & { readonly name?: string } = {},
): DefinitionResource => {
  const { name = "${schema.metadata.name}", ...others } = more;
  return { id, template: { apiVersion: "shop.example/v1alpha1", kind, metadata: { name }, spec }, ...others };
};

const made = (definition: Definition, definitions: readonly Definition[], spec = {}): readonly Child[] => {
  const { kind } = definition.spec.schema;
  const instance = { apiVersion: "shop.example/v1alpha1", kind, metadata: { name: "tea", namespace: "shops" }, spec };
  return render(definition, instance, { definitions }).children;
};

/** `node > node`, of all children and theirs. */
const paths = (children: readonly Child[], above = ""): string[] =>
  children.flatMap(({ node: id, nested }) => [`${above}${id}`, ...paths(nested?.children ?? [], `${above}${id} > `)]);

const inner = rgd("Inner", [
  configMap("config", { size: "${string(schema.spec.size)}" }, { name: "${schema.metadata.name}" }),
]);

describe("an instance of another RGD as a child", () => {
  it("has that one's children, to any depth, with its defaults", () => {
    const middle = rgd("Middle", [node("inner", "Inner", {})]);
    const outer = rgd("Outer", [
      node("middle", "Middle", { size: 3 }),
      node("other", "Inner", undefined, { name: "two" }),
    ]);
    const children = made(outer, [outer, middle, inner]);
    assert.deepEqual(paths(children), [
      "middle",
      "middle > inner",
      "middle > inner > config",
      "other",
      "other > config",
    ]);
    const [middleChild, other] = children;
    const { object } = middleChild!.nested!.children[0]!;
    assert.deepEqual([object.spec, object.metadata], [{ size: 1 }, { name: "tea", namespace: "shops" }]);
    assert.deepEqual(other!.nested!.children[0]!.object.data, { size: "1" });
    assert.equal(other!.nested!.definition, "inner");
  });

  it("is none where its RGD isn't known", () => {
    const outer = rgd("Outer", [node("inner", "Inner", { anything: 1 })]);
    for (const definitions of [[], [outer]]) assert.deepEqual(paths(made(outer, definitions)), ["inner"]);
  });

  it("passes what only the cluster can know, with the nodes that it comes from", () => {
    const outer = rgd("Outer", [
      configMap("first", {}),
      node("inner", "Inner", { size: "${int(first.metadata.uid)}" }),
    ]);
    const [, child] = made(outer, [inner]);
    const { size } = (child!.nested!.children[0]!.object as unknown as { data: { size: unknown } }).data as {
      size: KnownAfterApply;
    };
    assert.ok(size instanceof KnownAfterApply);
    assert.equal(size.expression, "${string(schema.spec.size)}");
    assert.deepEqual(size.nodes, ["../first"]);
    assert.match(size.inputs, /first\.metadata\.uid/);
  });

  it("passes what is not evaluated as such: no cluster would give it", () => {
    const size = `\${int(timestamp("2026-01-01T00:00:00+02:00").getHours())}`;
    const outer = rgd("Outer", [configMap("first", {}), node("inner", "Inner", { size })]);
    const child = made(outer, [inner])[1]!.nested!.children[0]!;
    assert.match(String((child.object.data as { size: unknown }).size), /^\(not evaluated: /);
    assert.match(child.notes!.join(), /^data\.size is not evaluated, as a timestamp\(\) with a time zone/);
  });

  it("is made by a collection, each with its own", () => {
    const outer = rgd("Outer", [
      node("inner", "Inner", { size: "${n}" }, { name: "tea-${string(n)}", forEach: [{ n: "${[4, 5]}" }] }),
    ]);
    const children = made(outer, [inner]);
    assert.deepEqual(
      children.map(({ nested }) => nested!.children[0]!.object.data),
      [{ size: "4" }, { size: "5" }],
    );
  });

  it("has no namespace where its RGD says so", () => {
    const outer = rgd("Outer", [node("inner", "Wide", {})]);
    const wide = rgd("Wide", [], { scope: "Cluster" });
    assert.deepEqual(made(outer, [wide])[0]!.object.metadata, { name: "tea" });
    const placed = rgd("Outer", [
      {
        id: "a",
        template: { apiVersion: "shop.example/v1alpha1", kind: "Wide", metadata: { name: "a", namespace: "b" } },
      },
    ]);
    assert.throws(() => made(placed, [wide]), { node: "a", path: "metadata.namespace" });
  });

  it("is refused with what the RGD's schema has against it", () => {
    const narrow = rgd("Inner", [], { spec: { size: "integer | maximum=2" } });
    const [child] = made(rgd("Outer", [node("inner", "Inner", { size: "${schema.spec.size}" })]), [narrow], {
      size: 3,
    });
    assert.equal(child!.nested, undefined);
    assert.deepEqual(child!.problems, ["spec.size: 3 must be at most 2"]);
  });

  it("of an RGD that kro refuses is not looked at", () => {
    const broken = rgd("Inner", [configMap("config", { size: "${schema.spec.nope}" })]);
    const [child] = made(rgd("Outer", [node("inner", "Inner", { size: 1 })]), [broken]);
    assert.deepEqual(child!.problems, []);
    assert.match(child!.unseen!, /^kro refuses the RGD inner: node "config", at data\.size/);
  });
});

describe("the types of an RGD in an RGD", () => {
  const typed = rgd("Inner", [configMap("config", {})], {
    status: {
      place: { address: "${config.data.address}", ready: "${config.metadata.generation > 1}" },
      text: "a ${config.metadata.name}",
    },
  });
  const reading = (expression: string) => {
    const outer = rgd("Outer", [node("inner", "Inner", { size: 1 }), configMap("reader", { value: expression })]);
    return made(outer, [typed]);
  };

  for (const [expression, problem] of [
    ["${inner.spec.sise}", "undefined field"],
    ["${inner.spec.size}", "has the wrong type: int is not string"],
    ["${inner.status.place.ready}", "has the wrong type: bool is not string"],
    ["${inner.status.nope}", "undefined field"],
    ["${inner.status.conditions[0].nope}", "undefined field"],
  ] as const) {
    it(`refuse ${expression}`, () => {
      assert.throws(
        () => reading(expression),
        (error: Error) => error.message.includes(problem),
      );
    });
  }

  it("are those of its spec and its status, which is known after apply", () => {
    for (const expression of ["${inner.status.place.address}", "${inner.status.state}", "${inner.status.text}"]) {
      const reader = reading(expression).at(-1)!.object as unknown as { data: { value: unknown } };
      assert.ok(reader.data.value instanceof KnownAfterApply, expression);
    }
    assert.deepEqual(reading("${string(inner.spec.size)}").at(-1)!.object.data, { value: "1" });
  });

  it("hold for its template", () => {
    const outer = (spec: object) => rgd("Outer", [node("inner", "Inner", spec)]);
    assert.throws(() => made(outer({ sise: 1 }), [inner]), { node: "inner", path: "spec.sise" });
    assert.throws(() => made(outer({ size: "one" }), [inner]), { path: "spec.size" });
    assert.throws(() => made(outer({ size: "${schema.metadata.name}" }), [inner]), { path: "spec.size" });
  });
});

describe("an RGD that contains itself", () => {
  const self = (more: Partial<DefinitionResource>) =>
    rgd("Self", [node("again", "Self", { size: "${schema.spec.size - 1}" }, more)]);

  it("is told where it would have no end", () => {
    const definition = self({});
    const [child] = made(definition, [definition]);
    assert.equal(child!.nested, undefined);
    assert.deepEqual(child!.problems, ["Self shops/tea is within another of its kind, without end: self -> self"]);
  });

  it("is told through another one", () => {
    const [a, b] = [rgd("A", [node("b", "B", {})]), rgd("B", [node("a", "A", {})])];
    const [child] = made(a, [a, b]);
    assert.deepEqual(child!.problems, []);
    assert.deepEqual(child!.nested!.children[0]!.problems, [
      "A shops/tea is within another of its kind, without end: a -> b -> a",
    ]);
  });

  it("ends where a condition ends it", () => {
    const definition = self({ includeWhen: ["${schema.spec.size > 0}"] });
    assert.deepEqual(paths(made(definition, [definition], { size: 2 })), ["again", "again > again"]);
  });

  it("is looked at to a limit", () => {
    const definition = self({ includeWhen: ["${schema.spec.size != 0}"] });
    let [child] = made(definition, [definition], { size: -1 });
    let depth = 1;
    for (; child?.nested; depth++) child = child.nested.children[0];
    assert.equal(depth, 16);
    assert.match(child!.unseen!, /more than 16 instances deep: self -> self$/);
  });
});
