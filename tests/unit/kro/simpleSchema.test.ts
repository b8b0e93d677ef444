import assert from "node:assert/strict";
import { DefinitionError } from "../../../packages/kro/index.ts";
import { toJsonSchema } from "../../../packages/kro/simpleschema/simpleSchema.ts";

const TYPES = {
  Port: { name: "string | required=true", number: "integer | default=80" },
  Limits: { cpu: "string | default=1", memory: "string" },
  Name: "string | required=true pattern=^a",
};

/** The schema of a spec's only field. */
const field = (text: unknown) => toJsonSchema({ field: text }, TYPES).properties!.field!;

describe("SimpleSchema", () => {
  it("knows kro's types", () => {
    const port = toJsonSchema(TYPES.Port);
    const expected: Record<string, object> = {
      string: { type: "string" },
      " integer ": { type: "integer" },
      float: { type: "number" },
      boolean: { type: "boolean" },
      object: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      "[]string": { type: "array", items: { type: "string" } },
      "[][]integer": { type: "array", items: { type: "array", items: { type: "integer" } } },
      "map[string]boolean": { type: "object", additionalProperties: { type: "boolean" } },
      "map[string][]Port": { type: "object", additionalProperties: { type: "array", items: port } },
      Port: port,
      "[]Name": { type: "array", items: { type: "string", pattern: "^a" } },
    };
    for (const [text, schema] of Object.entries(expected)) assert.deepEqual(field(text), schema, text);
  });

  it("knows kro's markers", () => {
    const expected: Record<string, object> = {
      "string | default=x": { default: "x" },
      'string | default="a b" description="two words"': { default: "a b", description: "two words" },
      'string | default="a\\\\nb"': { default: "a\nb" },
      "string | default=a=b": { default: "a=b" },
      'string | description="say \\"a b\\" now" default=x': { description: 'say "a b" now', default: "x" },
      "string | default=": { default: "" },
      "integer | default=-3 minimum=-5 maximum=5": { default: -3, minimum: -5, maximum: 5 },
      "float | default=1e3 minimum=0.5": { default: 1000, minimum: 0.5 },
      "boolean | default=true": { default: true },
      '[]string | default=["a", "b"]': { default: ["a", "b"] },
      'object | default={"a": {"b": [1]}}': { default: { a: { b: [1] } } },
      'string | enum="a, b,c"': { enum: ["a", "b", "c"] },
      "integer | enum=1,2": { enum: [1, 2] },
      "string | pattern=^[a-z]+$ minLength=1 maxLength=3": { pattern: "^[a-z]+$", minLength: 1, maxLength: 3 },
      "[]string | minItems=1 maxItems=2 uniqueItems=true": { minItems: 1, maxItems: 2, listType: "set" },
      "[]Port | listType=map listMapKey=name": { listType: "map", listMapKeys: ["name"] },
      "string | immutable=true": { immutable: true },
      "string | immutable=F required=0": {},
      'string | validation="self != \\"a\\""': { validations: ['self != "a"'] },
      "string | pattern=a(?i)b": { pattern: "a(?i)b" },
    };
    for (const [text, markers] of Object.entries(expected)) {
      const { type: _type, items: _items, "x-kubernetes-preserve-unknown-fields": _open, ...rest } = field(text);
      assert.deepEqual(rest, markers, text);
    }
  });

  it("collects required fields, those of a required alias included", () => {
    const schema = toJsonSchema({ z: "string | required=true", a: "Name", b: "[]Name", c: "Port" }, TYPES);
    assert.deepEqual(schema.required, ["a", "z"]);
    assert.equal(toJsonSchema({ a: "string" }).required, undefined);
  });

  it("gives an object whose fields have defaults a default of its own, unless it requires one", () => {
    assert.deepEqual(field({ a: { b: "string | default=x" } }).default, {});
    assert.deepEqual(field("Limits").default, {});
    assert.equal(field("Port").default, undefined);
    assert.equal(field({ a: "string" }).default, undefined);
    assert.equal(field("[]Limits").default, undefined);
    assert.equal(toJsonSchema({ a: "string | default=x" }).default instanceof Object, true);
  });

  it("resolves types in any order", () => {
    const schema = toJsonSchema({ a: "A" }, { A: { b: "[]B" }, B: { c: "C" }, C: "integer | default=1" });
    assert.deepEqual(schema.properties!.a!.properties!.b!.items!.properties!.c, { type: "integer", default: 1 });
  });

  it("names the field, its text and the problem", () => {
    assert.throws(
      () => toJsonSchema({ a: { "b.c": "string | default=x foo=1" } }),
      (error: DefinitionError) => {
        assert.equal(error.node, "schema");
        assert.equal(error.path, 'spec.a["b.c"]');
        assert.equal(error.expression, "string | default=x foo=1");
        assert.match(error.message, /unknown marker "foo"/);
        return error instanceof DefinitionError;
      },
    );
    assert.throws(() => toJsonSchema({}, { A: { b: "Nope" } }), { path: "types.A.b", message: /unknown type "Nope"/ });
  });

  const refused: Record<string, readonly unknown[]> = {
    "unknown types": ["Nope", "[]Nope", "int", "number", "", "map[string]", "[]", "map[integer]string"],
    "what is no type": [1, null, ["string"], true],
    "nesting beyond kro's": [`${"[]".repeat(17)}string`],
    "markers without a value": ["string |", "string | required", "string | default=x y", "string | required=true "],
    "unknown markers": ["string | Required=true", "string | =x", "string | required=true, default=x"],
    "open quotes and brackets": ['string | default="', "string | default={", "string | default=}"],
    "required that is no boolean": ["string | required=yes", "string | immutable=x", "[]string | uniqueItems=x"],
    "defaults of another type": [
      "integer | default=1.5",
      "integer | default=007",
      "integer | default=99999999999999999999",
      "float | default=NaN",
      "float | default=.5",
      "boolean | default=True",
      "boolean | default=1",
      "[]string | default=[a]",
      "[]string | default={}",
      'string | default="a\\"b"',
    ],
    "defaults that break the field's own rules": [
      "string | enum=a,b default=c",
      "integer | minimum=5 default=1",
      "string | pattern=^a$ default=b",
      "string | maxLength=2 default=abc",
      "Name | default=b",
      "Port | default={}",
      'Limits | default={"disk": "1"}',
    ],
    "markers of other types": [
      "integer | minLength=1",
      "integer | pattern=a",
      "string | minItems=1",
      "string | uniqueItems=true",
      "boolean | enum=true",
      "integer | enum=1,x",
      "string | enum=a,,b",
      "integer | minimum=x",
      "string | minLength=1.5",
    ],
    "patterns that RE2 can't do": [
      "string | pattern=[",
      "string | pattern=(?=a)",
      "string | pattern=(a)\\1",
      "string | pattern=a**",
      "string | pattern=a{1001}",
      'string | pattern=""',
    ],
    "contradicting list types": [
      "[]Port | listMapKey=name",
      "[]Port | listType=set listMapKey=name",
      "[]Port | listType=map",
      "[]Limits | listType=map listMapKey=memory",
      "[]string | listType=map listMapKey=name",
      "[]string | uniqueItems=true listType=map",
      "[]Port | uniqueItems=true",
      "[]string | listType=bag",
    ],
  };
  for (const [what, texts] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      for (const text of texts) assert.throws(() => field(text), DefinitionError, JSON.stringify(text));
    });
  }

  it("refuses types that contain each other", () => {
    for (const types of [{ A: "A" }, { A: { b: "B" }, B: { a: "[]A" } }, { A: { b: "map[string]A" } }]) {
      assert.throws(() => toJsonSchema({}, types), { message: /types contain each other: A/ });
    }
  });
});
