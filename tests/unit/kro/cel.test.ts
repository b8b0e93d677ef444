import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { CelTypes } from "../../../packages/kro/cel/types.ts";
import { UnsupportedError } from "../../../packages/kro/cel/unsupported.ts";
import { fromJson, toJson, typeName } from "../../../packages/kro/cel/values.ts";
import type { JsonSchema } from "../../../packages/kro/graph/schema/jsonSchema.ts";

/** What kro 0.9.4 itself gave: its CEL environment, and its conversion of the result to what stands in an object. */
interface Table {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Type and value by expression. */
  readonly values: Readonly<Record<string, readonly [string, unknown]>>;
  /** kro's error, when it compiles the expression or when it evaluates it. */
  readonly errors: Readonly<Record<string, string>>;
  /** kro evaluates them; here they are refused by name. */
  readonly unsupported: readonly string[];
  /** Of a check against a schema alone. */
  readonly types: {
    /** Of the variable `schema`. */
    readonly schema: JsonSchema;
    readonly accepted: readonly string[];
    readonly refused: Readonly<Record<string, string>>;
  };
}

/** The same for the libraries of Kubernetes, and what kro checks of its own for conditions. */
interface Libraries extends Pick<Table, "values" | "errors"> {
  /** With the variable `runtime`. */
  readonly runtime: { readonly accepted: readonly string[]; readonly refused: Readonly<Record<string, string>> };
}

const read = (file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const table: Table = read("./celTable.json");
const libraries: Libraries = read("./celLibraries.json");
const variables = fromJson(table.variables) as Record<string, unknown>;

function evaluate(expression: string): unknown {
  const environment = createEnvironment();
  for (const name of Object.keys(variables)) environment.registerVariable(name, "dyn");
  const parsed = environment.parse(expression);
  const checked = parsed.check();
  if (!checked.valid) throw checked.error;
  return parsed(variables);
}

describe("CEL as in kro 0.9.4", () => {
  describe("gives kro's value and type", () => {
    for (const [expression, [type, value]] of Object.entries({ ...table.values, ...libraries.values })) {
      it(expression, () => {
        const result = evaluate(expression);
        assert.deepEqual({ type: typeName(result), value: toJson(result) }, { type, value });
      });
    }
  });

  describe("refuses what kro refuses", () => {
    for (const [expression, error] of Object.entries({ ...table.errors, ...libraries.errors })) {
      it(`${expression}: ${error}`, () => {
        assert.throws(() => toJson(evaluate(expression)), Error);
      });
    }
  });

  describe("refuses what it can't evaluate by its name", () => {
    for (const expression of table.unsupported) {
      it(expression, () => {
        assert.throws(() => evaluate(expression), UnsupportedError);
      });
    }

    it("in words", () => {
      assert.throws(() => evaluate('string(timestamp("2024-01-15T14:30:45+02:00"))'), {
        message: "a timestamp() with a time zone of kro's CEL is not supported in previews",
      });
    });
  });

  describe("checks conditions as kro does", () => {
    const environment = createEnvironment().clone({ unlistedVariablesAreDyn: true });
    for (const expression of libraries.runtime.accepted) {
      it(`accepts ${expression}`, () => {
        assert.equal(environment.check(expression).error, undefined);
      });
    }
    for (const [expression, error] of Object.entries(libraries.runtime.refused)) {
      it(`refuses ${expression}: ${error}`, () => {
        assert.equal(environment.check(expression).valid, false);
      });
    }
    it("in kro's words", () => {
      const { error } = environment.check("runtime.newCondition({type: 'A', status: 'True', foo: ''})");
      const words = 'runtime.newCondition: unknown key "foo" (allowed: type, status, reason, message)';
      assert.equal(error?.message.split("\n")[0], words);
    });
  });

  describe("knows types as kro does", () => {
    const environment = createEnvironment();
    new CelTypes(environment).declare("schema", table.types.schema);

    for (const expression of table.types.accepted) {
      it(`accepts ${expression}`, () => {
        assert.equal(environment.check(expression).error, undefined);
      });
    }
    for (const [expression, error] of Object.entries(table.types.refused)) {
      it(`refuses ${expression}: ${error}`, () => {
        assert.equal(environment.check(expression).valid, false);
      });
    }
  });

  it("evaluates a parsed expression again with other values", () => {
    const parsed = createEnvironment().registerVariable("n", "int").parse("[1, 2].transformList(i, v, i + v + n)");
    assert.deepEqual(toJson(parsed({ n: 1n })), [2, 4]);
    assert.deepEqual(toJson(parsed({ n: 10n })), [11, 13]);
  });

  it("checks types where they are known", () => {
    const environment = createEnvironment().registerVariable("n", "int").registerVariable("names", "list<string>");
    const problem = (expression: string) => environment.check(expression).error?.message.split("\n")[0];
    assert.equal(
      problem("names.map(x, x.split(n))"),
      "found no matching overload for 'split' applied to 'string.(int)'",
    );
    assert.equal(problem("names.sum()"), "found no matching overload for 'sum' applied to 'list(string).()'");
    assert.equal(problem("n < 1.5"), "found no matching overload for '_<_' applied to '(int, double)'");
    assert.equal(problem("names.lower()"), "undeclared reference to 'lower'");
    assert.equal(environment.check("names.join(string(n))").type, "string");
    assert.equal(environment.check("names.transformMap(i, v, v.size())").type, "map<int, int>");
    assert.equal(environment.check("names.sortBy(x, x.size())").type, "list<string>");
  });

  it("keeps an environment's variables from the next one's", () => {
    createEnvironment().registerVariable("n", "int");
    assert.equal(createEnvironment().check("n").valid, false);
  });
});
