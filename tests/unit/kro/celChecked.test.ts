import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { CelTypes } from "../../../packages/kro/cel/types.ts";
import { fromCel, toCel } from "../../../packages/kro/cel/unstructured.ts";
import type { JsonSchema } from "../../../packages/kro/graph/schema/jsonSchema.ts";
import type { Value } from "../../../packages/kro/value.ts";

/** What kro 0.9.4's own environment says of expressions over a variable `schema`, and what it evaluates them to. */
interface Table {
  readonly schema: JsonSchema;
  /** The value of `schema`. */
  readonly instance: Value;
  /** Types as cel-go writes them, by expression. */
  readonly types: Readonly<Record<string, string>>;
  /** Of a wrong type. */
  readonly refused: readonly string[];
  /** By expression. */
  readonly values: Readonly<Record<string, Value>>;
  /** Of a right type, and no value. */
  readonly failing: readonly string[];
}

const table: Table = JSON.parse(readFileSync(new URL("./celChecked.json", import.meta.url), "utf8"));
const typed = createEnvironment();
new CelTypes(typed).declare("schema", table.schema);
const untyped = createEnvironment().clone({ unlistedVariablesAreDyn: true });
const evaluate = (expression: string) =>
  fromCel(untyped.parse(expression)({ schema: toCel(table.instance, table.schema) }));

/** A type of cel-go's as it is written here. */
const written = (type: string): string =>
  type
    .replaceAll("(", "<")
    .replaceAll(")", ">")
    .replaceAll("optional_type", "optional")
    .replace(/\b(?:timestamp|duration)\b/g, (name) => `google.protobuf.${name[0]!.toUpperCase()}${name.slice(1)}`);

describe("CEL's types as kro 0.9.4 has them", () => {
  for (const [expression, type] of Object.entries(table.types)) {
    it(`${expression}: ${type}`, () => {
      const { type: found, error } = typed.check(expression);
      assert.equal(error?.message ?? found, written(type));
    });
  }
  for (const expression of table.refused) {
    it(`${expression}: refused`, () => assert.equal(typed.check(expression).valid, false));
  }
});

describe("CEL's values where types don't tell them", () => {
  for (const [expression, value] of Object.entries(table.values)) {
    it(expression, () => {
      assert.equal(typed.check(expression).error, undefined);
      assert.deepEqual(evaluate(expression), value);
    });
  }
  for (const expression of table.failing) {
    it(`${expression}: none`, () => {
      assert.equal(typed.check(expression).error, undefined);
      assert.throws(() => evaluate(expression), Error);
    });
  }
});
