import assert from "node:assert/strict";
import { KnownAfterApply, type Rendering, render, Secret } from "../../../packages/kro/index.ts";
import { configMap, deployment, instance, shop } from "./shop.ts";

const dataOf = (rendering: Rendering, node: string) =>
  rendering.children.find((child) => child.node === node)?.object.data as Record<string, unknown>;

describe("render", () => {
  it("fills in defaults, keeps the type of an expression that stands alone, and makes text of those within text", () => {
    const rendering = render(
      shop([
        deployment("app", { replicas: "${schema.spec.replicas + 1}", paused: "${!schema.spec.debug}" }),
        configMap("text", { a: "${schema.spec.name}-${string(schema.spec.replicas)}!", b: '${"{" + "}"}' }),
      ]),
      instance(),
    );
    const spec = rendering.children[0]!.object.spec as Record<string, unknown>;
    assert.deepEqual([spec.replicas, spec.paused], [2, true]);
    assert.deepEqual(dataOf(rendering, "text"), { a: "tea-1!", b: "{}" });
    assert.equal(rendering.children[0]!.object.metadata.namespace, "shops", "the instance's namespace");
  });

  it("leaves out what can't be evaluated here, with the reason, and nothing else", () => {
    const zone = "string(timestamp('2024-01-15T14:30:45+02:00'))";
    const rendering = render(
      shop([
        configMap("first", { time: `\${${zone}}`, name: "${schema.spec.name}" }),
        configMap("second", { passed: "${first.data.time}", within: `at \${${zone}}`, name: "${first.data.name}" }),
        configMap("third", {}, { includeWhen: [`\${${zone} != ''}`] }),
      ]),
      instance(),
    );
    const reason = "a timestamp() with a time zone of kro's CEL is not supported in previews";
    const [first, second, third] = ["first", "second", "third"].map((id) =>
      rendering.children.find(({ node }) => node === id),
    );
    assert.deepEqual([first!.notes, first!.problems], [[`data.time is not evaluated, as ${reason}: \${${zone}}`], []]);
    assert.equal(String(dataOf(rendering, "first").time), `(not evaluated: \${${zone}})`);
    assert.equal(dataOf(rendering, "first").name, "tea");
    assert.deepEqual(second!.notes, [
      `data.passed is not evaluated, as ${reason}: \${first.data.time}`,
      `data.within is not evaluated, as ${reason}: at \${${zone}}`,
    ]);
    assert.ok(dataOf(rendering, "second").within instanceof KnownAfterApply);
    assert.equal(dataOf(rendering, "second").name, "tea");
    assert.equal(third!.condition, `\${${zone} != ''}`);
    assert.deepEqual(third!.notes, [`includeWhen: \${${zone} != ''} is not evaluated, as ${reason}`]);
  });

  it("leaves a secret in the RGD a secret", () => {
    const secret = new Secret("1");
    const rendering = render(
      shop([configMap("first", { a: secret }), configMap("second", { b: "${first.data.a}" })]),
      instance(),
    );
    assert.deepEqual([dataOf(rendering, "first"), dataOf(rendering, "second")], [{ a: secret }, { b: secret }]);
  });

  it("evaluates what depends on declared fields of siblings, and leaves the rest to the cluster", () => {
    const rendering = render(
      shop([
        configMap("first", { host: "${schema.spec.name}.local" }),
        configMap("second", {
          declared: "http://${first.data.host}",
          uid: "${first.metadata.uid}",
          within: "id ${first.metadata.uid}!",
          maybe: "${first.metadata.?generation.orValue(0) == 1 ? 'a' : 'b'}",
          certain: "${first.data.host == 'tea.local' || first.metadata.uid == 'x' ? 'yes' : 'no'}",
          labels: "${has(first.metadata.labels) ? 'yes' : 'no'}",
        }),
      ]),
      instance(),
    );
    const { declared, uid, within, maybe, certain, labels } = dataOf(rendering, "second");
    assert.deepEqual([declared, certain], ["http://tea.local", "yes"]);
    for (const [value, expression] of [
      [uid, "${first.metadata.uid}"],
      [within, "id ${first.metadata.uid}!"],
      [maybe, "${first.metadata.?generation.orValue(0) == 1 ? 'a' : 'b'}"],
      [labels, "${has(first.metadata.labels) ? 'yes' : 'no'}"],
    ] as const) {
      assert.ok(value instanceof KnownAfterApply, expression);
      assert.equal(value.expression, expression);
      assert.deepEqual(value.nodes, ["first"]);
    }
  });

  it("orders by references: a wave after the last of those that a node needs", () => {
    const rendering = render(
      shop([
        configMap("last", { a: "${middle.data.a}", b: "${first.data.a}" }),
        configMap("middle", { a: "${first.data.a}" }),
        configMap("first", { a: "1" }),
        configMap("alone", { a: "2" }),
      ]),
      instance(),
    );
    assert.deepEqual(
      rendering.children.map(({ node, wave }) => [node, wave]),
      [
        ["first", 1],
        ["alone", 1],
        ["middle", 2],
        ["last", 3],
      ],
    );
  });

  it("leaves out a node whose includeWhen is false, and those that need it", () => {
    const nodes = [
      configMap("debug", { a: "1" }, { includeWhen: ["${schema.spec.debug}"] }),
      configMap("viewer", { a: "${debug.data.a}" }),
      configMap("other", { a: "1" }),
    ];
    const made = (debug: boolean) => render(shop(nodes), instance({ name: "tea", debug })).children.map((c) => c.node);
    assert.deepEqual(made(false), ["other"]);
    assert.deepEqual(made(true), ["debug", "other", "viewer"]);
  });

  it("says what only the cluster can decide", () => {
    const rendering = render(
      shop([
        configMap("first", { a: "1" }),
        configMap("maybe", { a: "2" }, { includeWhen: ["${first.metadata.uid != ''}"] }),
      ]),
      instance(),
    );
    assert.equal(rendering.children[1]!.condition, "${first.metadata.uid != ''}");
  });

  it("makes an object for each element, and shows the collection to other nodes", () => {
    const rendering = render(
      shop([
        configMap(
          "zone",
          { zone: "${zone_ + suffix}".replace("zone_", "place") },
          {
            name: "zone-${place}-${suffix}",
            forEach: [{ place: "${schema.spec.zones}" }, { suffix: '${["x", "y"]}' }],
          },
        ),
        configMap("all", { names: "${zone.map(z, z.metadata.name).join(',')}" }),
      ]),
      instance({ name: "tea", zones: ["a", "b"] }),
    );
    assert.deepEqual(
      rendering.children.map(({ object }) => object.metadata.name),
      ["zone-a-x", "zone-a-y", "zone-b-x", "zone-b-y", "all"],
    );
    assert.deepEqual(dataOf(rendering, "all"), { names: "zone-a-x,zone-a-y,zone-b-x,zone-b-y" });
    assert.deepEqual(dataOf(rendering, "zone"), { zone: "ax" });
  });

  it("reads what an externalRef names, and makes nothing of it", () => {
    const rendering = render(
      shop([
        {
          id: "shared",
          externalRef: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "${schema.spec.name}" } },
        },
        configMap("own", { name: "${shared.metadata.name}", value: "${shared.data.value}" }),
      ]),
      instance(),
    );
    assert.deepEqual(rendering.children.length, 1);
    const { name, value } = dataOf(rendering, "own");
    assert.equal(name, "tea");
    assert.ok(value instanceof KnownAfterApply);
  });

  it("passes secrets and unknown values through, and never looks into them", () => {
    const secret = new Secret("1");
    const later = new KnownAfterApply("an output");
    const rendering = render(
      shop(
        [
          configMap("first", {
            text: "password=${schema.spec.items[0].value}",
            size: "${string(size(schema.spec.items[0].value))}",
            equal: "${schema.spec.items[0].value == 'x' ? 'a' : 'b'}",
            later: "${schema.spec.items[1].value}",
          }),
          configMap("second", { copy: "${first.data.text}" }),
          deployment("app", { template: { spec: { containers: [{ name: "main", env: "${schema.spec.items}" }] } } }),
        ],
        { items: "[]object" },
      ),
      instance({ items: [{ value: secret }, { value: later }] }),
    );
    const { text, size, equal, later: unknown } = dataOf(rendering, "first");
    const [app] = rendering.children.filter(({ node }) => node === "app");
    assert.deepEqual(JSON.parse(JSON.stringify(app)).object.spec.template.spec.containers[0].env, [
      { value: "[secret]" },
      { value: { knownAfterApply: "an output" } },
    ]);
    assert.deepEqual([text, size, equal, dataOf(rendering, "second").copy], [secret, secret, secret, secret]);
    assert.ok(unknown instanceof KnownAfterApply);
  });

  it("names a child that kro can't make from this instance", () => {
    const rendering = render(
      shop([configMap("first", { a: "${schema.spec.note}", b: "${schema.spec.?note.orValue('none')}" })], {
        note: "string",
      }),
      instance({}),
    );
    assert.match(
      rendering.children[0]!.problems.join(),
      /data\.a: \$\{schema\.spec\.note\} has no value here: No such key/,
    );
    assert.equal(dataOf(rendering, "first").b, "none");
  });

  it("names one that adds maps which it computes to a list of the instance's, and takes them in the other order", () => {
    const computed = `schema.spec.zones.map(zone, {"name": zone})`;
    const env = (expression: string) => {
      const spec = { zones: "[]string", variables: "[]Variable" };
      const { spec: whole, ...rest } = shop(
        [
          deployment("app", {
            template: {
              metadata: { labels: { app: "app" } },
              spec: { containers: [{ name: "main", image: "tea:1", env: `\${${expression}}` }] },
            },
          }),
        ],
        spec,
      );
      const types = { Variable: { name: "string", value: "string" } };
      const definition = { ...rest, spec: { ...whole, schema: { ...whole.schema, types } } };
      const [child] = render(definition, instance({ zones: ["b"], variables: [{ name: "A", value: "1" }] })).children;
      const { template } = child!.object.spec as unknown as { template: { spec: { containers: { env: unknown }[] } } };
      return { problems: child!.problems.join(), env: template.spec.containers[0]!.env };
    };
    assert.match(
      env(`dyn(schema.spec.variables) + ${computed}`).problems,
      /has no value here: unsupported type: error/,
    );
    const other = env(`${computed} + dyn(schema.spec.variables)`);
    assert.deepEqual(other, { problems: "", env: [{ name: "b" }, { name: "A", value: "1" }] });
  });
});
