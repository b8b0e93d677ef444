import assert from "node:assert/strict";
import { buildGraph, type Definition, render, type Value } from "../../../packages/kro/index.ts";

// What random RGDs found, each with the answer of kro 0.9.4's own builder and runtime, and of the API server's for its CRD.

const definition = (field: unknown, types: Readonly<Record<string, unknown>> = {}, value = "x"): Definition => ({
  metadata: { name: "found" },
  spec: {
    schema: { apiVersion: "v1", kind: "Found", spec: { field }, types },
    resources: [
      { id: "made", template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "made" }, data: { value } } },
    ],
  },
});

const TYPES = { Port: { name: "string | required=true", port: "integer | default=80" } };

describe("found at random: a field of a schema", () => {
  const accepted = [
    "[]string | default=null",
    "Port | default=null",
    "object | default=",
    'map[string]string | default=""',
    '[]string | default=nonsense default=["a"]',
    "integer | minimum=1_000",
    'string | validation="self.size() > 0"',
    '[]string | validation="self.all(x, size(x) < 5)"',
    "[]Port | listType=map listMapKey=name",
  ];
  for (const field of accepted) it(`${field}: taken`, () => void buildGraph(definition(field, TYPES)));

  const refused = [
    'string | default=nonsense enum="fast,slow"',
    "integer | default=1_000",
    "integer | default=x default=1",
    'integer | validation="self.size() > 0"',
    'object | validation="size(self) < 5"',
    'object | validation="self.host == 1"',
    "boolean | validation=\"self.startsWith('a')\"",
    "[]Kept",
    "map[string][]Kept",
    "[][]Rule",
  ];
  const kept = { Kept: { name: "string | immutable=true" }, Rule: 'integer | validation="self >= oldSelf"' };
  for (const field of refused) {
    it(`${field}: refused`, () => {
      assert.throws(() => buildGraph(definition(field, { ...TYPES, ...kept })), { name: "DefinitionError" });
    });
  }

  it("that may be immutable where the API server can tell it from others", () => {
    buildGraph(definition("Kept", kept));
    const types = { Kept: { name: "string | required=true", size: "integer | immutable=true" } };
    buildGraph(definition("[]Kept | listType=map listMapKey=name", types));
  });

  it("with null for a default makes its parent's, and is not there", () => {
    const fields = { list: "[]string | default=null" };
    assert.equal(valueMade(definition(fields, {}, "${string(has(schema.spec.field.list))}")), "false");
  });
});

describe("found at random: an expression", () => {
  const values: Readonly<Record<string, string>> = {
    '${schema.spec.field.merge({"b": "x"}).map(k, k).sort().join(",")}': "a,b",
    '${schema.spec.field.merge({"b": "x"}).map(k, k).sort()[0]}': "a",
    '${schema.spec.field.merge({"b": "x"}).map(k, k).sort().map(x, x + "!").join()}': "a!b!",
  };
  for (const [text, expected] of Object.entries(values)) {
    it(text, () => assert.equal(valueMade(definition('map[string]string | default={"a":"x"}', {}, text)), expected));
  }
});

function valueMade(rgd: Definition): Value {
  const instance = { apiVersion: "kro.run/v1", kind: "Found", metadata: { name: "a", namespace: "default" }, spec: {} };
  const { object } = render(rgd, instance).children[0]!;
  return (object as unknown as { data: { value: Value } }).data.value;
}
