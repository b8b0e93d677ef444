import assert from "node:assert/strict";
import * as fc from "fast-check";
import { completeInstance } from "../../../packages/kro/apiserver/instance.ts";
import { type Instance, InstanceError, type Value } from "../../../packages/kro/index.ts";
import { toJsonSchema } from "../../../packages/kro/simpleschema/simpleSchema.ts";

/** A field of a random schema, with values that it takes. */
interface Field {
  readonly text: unknown;
  readonly values: fc.Arbitrary<Value>;
}

const atomic = fc.constantFrom<Field>(
  { text: "string", values: fc.string() },
  { text: 'string | default="a b"', values: fc.string() },
  { text: "string | enum=a,b default=a", values: fc.constantFrom("a", "b") },
  {
    text: "string | minLength=1 maxLength=3",
    values: fc.string({ minLength: 1, maxLength: 3, unit: "grapheme-ascii" }),
  },
  { text: "integer | default=1", values: fc.integer() },
  { text: "integer | minimum=0 maximum=9", values: fc.integer({ min: 0, max: 9 }) },
  { text: "float", values: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { text: "boolean | default=false", values: fc.boolean() },
  { text: "[]integer | maxItems=2", values: fc.array(fc.integer(), { maxLength: 2 }) },
  { text: "map[string]string", values: fc.dictionary(names(), fc.string()) },
  { text: "object", values: fc.dictionary(names(), fc.jsonValue() as fc.Arbitrary<Value>) },
);

function names(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z]{1,5}$/);
}

const fields: fc.Arbitrary<Record<string, Field>> = fc.letrec<{ field: Field; object: Record<string, Field> }>(
  (tie) => ({
    field: fc.oneof({ depthSize: "small" }, atomic, tie("object").map(objectField)),
    object: fc.dictionary(names(), tie("field"), { maxKeys: 4 }),
  }),
).object;

function objectField(object: Record<string, Field>): Field {
  return {
    text: Object.fromEntries(Object.entries(object).map(([name, { text }]) => [name, text])),
    values: fc.record(Object.fromEntries(Object.entries(object).map(([name, { values }]) => [name, values])), {
      requiredKeys: [],
    }) as fc.Arbitrary<Value>,
  };
}

const instance = (spec: Value): Instance => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "Thing",
  metadata: { name: "one" },
  spec: spec as Instance["spec"] & {},
});

const schemaAndSpec = fields.map(objectField).chain(({ text, values }) => fc.tuple(fc.constant(text), values));

describe("any schema", () => {
  it("takes the instances that are right, and what it makes of them again", () => {
    fc.assert(
      fc.property(schemaAndSpec, ([text, spec]) => {
        const schema = toJsonSchema(text as Record<string, unknown>);
        const once = completeInstance(instance(spec), schema);
        assert.deepEqual(completeInstance(once, schema), once);
        for (const [name, value] of Object.entries(spec as object)) {
          if (value === null || typeof value !== "object") assert.equal(once.spec![name], value);
        }
      }),
    );
  });

  it("answers anything else with a list of problems", () => {
    const anything = fc.dictionary(names(), fc.jsonValue() as fc.Arbitrary<Value>);
    fc.assert(
      fc.property(schemaAndSpec, anything, ([text], spec) => {
        try {
          completeInstance(instance(spec), toJsonSchema(text as Record<string, unknown>));
        } catch (error) {
          assert.ok(error instanceof InstanceError && error.problems.length > 0);
        }
      }),
    );
  });
});
