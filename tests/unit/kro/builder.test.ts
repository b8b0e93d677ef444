import assert from "node:assert/strict";
import { buildGraph, DefinitionError, type DefinitionResource } from "../../../packages/kro/index.ts";
import { configMap, deployment, shop } from "./shop.ts";

interface Expected {
  readonly node: string;
  readonly path?: string;
  readonly expression?: string;
  readonly says: RegExp;
}

const BAD: Readonly<Record<string, readonly [readonly DefinitionResource[], Expected]>> = {
  "an unknown reference": [
    [configMap("first", { a: "${second.data.a}" })],
    {
      node: "first",
      path: "data.a",
      expression: "${second.data.a}",
      says: /refers to second, which is not in the graph/,
    },
  ],
  "a cycle": [
    [configMap("first", { a: "${second.data.a}" }), configMap("second", { a: "${first.data.a}" })],
    { node: "first", says: /first -> second -> first/ },
  ],
  "a reserved id": [[configMap("namespace", {})], { node: "namespace", says: /reserves/ }],
  "an id in the wrong style": [[configMap("my_map", {})], { node: "my_map", says: /lowerCamelCase/ }],
  "an id that occurs twice": [
    [configMap("first", {}), configMap("first", {})],
    { node: "first", says: /another node/ },
  ],
  "an undefined schema field": [
    [configMap("first", { a: "${schema.spec.nmae}" })],
    { node: "first", path: "data.a", expression: "${schema.spec.nmae}", says: /nmae/ },
  ],
  "a wrong type": [
    [deployment("app", { replicas: "${schema.spec.name}" })],
    { node: "app", path: "spec.replicas", expression: "${schema.spec.name}", says: /string is not int/ },
  ],
  "a wrong type within an expression": [
    [configMap("first", { a: "${schema.spec.replicas + 'x'}" })],
    { node: "first", path: "data.a", expression: "${schema.spec.replicas + 'x'}", says: /int.*string/ },
  ],
  "a number within text": [
    [configMap("first", { a: "x-${schema.spec.replicas}" })],
    { node: "first", path: "data.a", expression: "x-${schema.spec.replicas}", says: /string\(\.\.\.\)/ },
  ],
  "a field that the kind does not have": [
    [deployment("app", { replica: 1 })],
    { node: "app", path: "spec.replica", says: /no such field|not a field/ },
  ],
  "a literal of the wrong type": [
    [deployment("app", { replicas: "two" })],
    { node: "app", path: "spec.replicas", says: /integer/ },
  ],
  "a field that a sibling's kind does not have": [
    [deployment("app", {}), configMap("second", { a: "${app.spec.replicass}" })],
    { node: "second", path: "data.a", expression: "${app.spec.replicass}", says: /replicass/ },
  ],
  "a syntax error": [
    [configMap("first", { a: "${schema.spec.name +}" })],
    { node: "first", path: "data.a", expression: "${schema.spec.name +}", says: /./ },
  ],
  "an unknown function": [
    [configMap("first", { a: "${shout(schema.spec.name)}" })],
    { node: "first", path: "data.a", expression: "${shout(schema.spec.name)}", says: /shout/ },
  ],
  "a nested expression": [
    [configMap("first", { a: "${ ${schema.spec.name} }" })],
    { node: "first", path: "data.a", expression: "${ ${schema.spec.name} }", says: /nested/i },
  ],
  "readyWhen over another node": [
    [configMap("first", {}), configMap("second", {}, { readyWhen: ["${first.data.a == 'x'}"] })],
    { node: "second", path: "readyWhen[0]", expression: "${first.data.a == 'x'}", says: /first/ },
  ],
  "a nested expression in a condition": [
    [configMap("first", {}, { includeWhen: ["${has(${schema.spec.name})}"] })],
    { node: "first", path: "includeWhen[0]", expression: "${has(${schema.spec.name})}", says: /nested/i },
  ],
  "includeWhen that is no bool": [
    [configMap("first", {}, { includeWhen: ["${schema.spec.name}"] })],
    { node: "first", path: "includeWhen[0]", expression: "${schema.spec.name}", says: /bool/ },
  ],
  "forEach over text": [
    [configMap("first", {}, { name: "a-${x}", forEach: [{ x: "schema.spec.zones" }] })],
    { node: "first", path: "forEach.x", expression: "schema.spec.zones", says: /must be one expression/ },
  ],
  "forEach over no list": [
    [configMap("first", {}, { name: "a-${x}", forEach: [{ x: "${schema.spec.name}" }] })],
    { node: "first", path: "forEach.x", expression: "${schema.spec.name}", says: /list/ },
  ],
  "forEach without its iterator in the name": [
    [configMap("first", {}, { forEach: [{ x: "${schema.spec.zones}" }] })],
    { node: "first", path: "metadata.name", says: /iterator x/ },
  ],
  "a namespace of a kind without namespaces": [
    [{ id: "ns", template: { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", namespace: "b" } } }],
    { node: "ns", path: "metadata.namespace", says: /has no namespace/ },
  ],
  "a label of kro's own": [
    [
      {
        id: "a",
        template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", labels: { "kro.run/x": "y" } } },
      },
    ],
    { node: "a", path: "metadata.labels", says: /kro\.run\/x/ },
  ],
  "text where bytes belong": [
    [
      {
        id: "a",
        template: { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { b: "x${schema.spec.name}" } },
      },
    ],
    { node: "a", path: "data.b", expression: "x${schema.spec.name}", says: /string is not bytes/ },
  ],
  "neither template nor externalRef": [[{ id: "a" }], { node: "a", says: /template or an externalRef/ }],
};

/** What an externalRef of a ConfigMap has in its metadata, by what kro has against it. Seen with kro 0.9.4. */
const BAD_REFERENCES: Readonly<Record<string, readonly [metadata: object, path: string, says: RegExp]>> = {
  "neither name nor selector": [{ namespace: "a" }, "metadata", /a name or a selector/],
  "both name and selector": [{ name: "a", selector: { matchLabels: { a: "b" } } }, "metadata", /not both/],
  "a selector that is text": [{ selector: "a=b" }, "metadata.selector", /LabelSelector/],
  "a selector that is a list": [{ selector: ["a"] }, "metadata.selector", /LabelSelector/],
  "labels without matchLabels": [{ selector: { team: "a" } }, "metadata.selector.team", /no such field/],
  "a label of another type": [{ selector: { matchLabels: { a: 1 } } }, "metadata.selector.matchLabels.a", /string/],
  "an expression of another type": [
    { selector: { matchLabels: { a: "${schema.spec.replicas}" } } },
    "metadata.selector.matchLabels.a",
    /int is not string/,
  ],
  "a selector of another type": [{ selector: "${schema.spec.replicas}" }, "metadata.selector", /int is not map/],
  "a key that is no label": [{ selector: { matchLabels: { "a b": "c" } } }, "metadata.selector.matchLabels", /"a b"/],
  "a value that is no label": [{ selector: { matchLabels: { a: "b c" } } }, "metadata.selector.matchLabels", /"b c"/],
  "an operator that there isn't": [
    { selector: { matchExpressions: [{ key: "a", operator: "Is" }] } },
    "metadata.selector.matchExpressions[0]",
    /"Is"/,
  ],
  "In without values": [
    { selector: { matchExpressions: [{ key: "a", operator: "In" }] } },
    "metadata.selector.matchExpressions[0]",
    /needs values/,
  ],
};

/** What it may have. Seen with kro 0.9.4. */
const GOOD_REFERENCES: Readonly<Record<string, object>> = {
  "labels, with expressions": { namespace: "a", selector: { matchLabels: { "a.example/b": "${schema.spec.name}" } } },
  "no label at all, which finds everything": { selector: {} },
  "an expression that gives a selector": { selector: '${{"matchLabels": {"a": schema.spec.name}}}' },
  "an expression that gives labels": { selector: { matchLabels: '${{"a": schema.spec.name}}' } },
  requirements: {
    selector: {
      matchExpressions: [
        { key: "a", operator: "In", values: ["b", ""] },
        { key: "c", operator: "Exists" },
      ],
    },
  },
};

/** Status fields that kro refuses, by name. */
const BAD_STATUS: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  "an unknown reference": ["${nobody.metadata.uid}", /refers to nobody/],
  "a number within text": ["x-${schema.spec.replicas}", /string\(\.\.\.\)/],
  "an expression that refers to nothing": ["${1 + 1}", /must refer to/],
};

describe("an RGD that kro refuses", () => {
  for (const [what, [nodes, { node, path = "", expression, says }]] of Object.entries(BAD)) {
    it(`is refused for ${what}, with node, path and expression`, () => {
      assert.throws(
        () => buildGraph(shop(nodes)),
        (error) => {
          assert.ok(error instanceof DefinitionError, String(error));
          assert.deepEqual([error.node, error.path, error.expression], [node, path, expression], error.message);
          assert.match(error.message, says);
          return true;
        },
      );
    });
  }

  const reading = (metadata: object) =>
    shop([{ id: "found", externalRef: { apiVersion: "v1", kind: "ConfigMap", metadata } }]);

  for (const [what, [metadata, path, says]] of Object.entries(BAD_REFERENCES)) {
    it(`is refused for an externalRef with ${what}`, () => {
      assert.throws(
        () => buildGraph(reading(metadata)),
        (error) => {
          assert.ok(error instanceof DefinitionError, String(error));
          assert.deepEqual([error.node, error.path], ["found", path], error.message);
          assert.match(error.message, says);
          return true;
        },
      );
    });
  }

  for (const [what, metadata] of Object.entries(GOOD_REFERENCES)) {
    it(`is none for an externalRef with ${what}`, () => void buildGraph(reading(metadata)));
  }

  for (const [what, [text, says]] of Object.entries(BAD_STATUS)) {
    it(`is refused for ${what} in its status`, () => {
      const { metadata, spec } = shop([]);
      const definition = { metadata, spec: { ...spec, schema: { ...spec.schema, status: { found: text } } } };
      assert.throws(
        () => buildGraph(definition),
        (error) => error instanceof DefinitionError && error.path === "status.found" && says.test(error.message),
      );
    });
  }
});
