import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ASTNode } from "@marcbachmann/cel-js";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { translateNotation } from "../../../packages/kro/cel/notation.ts";
import { subexpressionsOf } from "../../../packages/kro/cel/syntax.ts";
import { fromJson, toJson, typeName } from "../../../packages/kro/cel/values.ts";
import { render } from "../../../packages/kro/index.ts";
import { configMap, instance, shop } from "./shop.ts";

// Expressions of which kro's values are known, with variables of type dyn in the place of their literals, as they are
// read from an instance: all at once, and one at a time.

interface Table {
  readonly values: Readonly<Record<string, readonly [string, unknown]>>;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const read = (file: string): Table => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const tables = [read("./celTable.json"), read("./celLibraries.json")];
const variables = fromJson(tables[0]!.variables) as Record<string, unknown>;

function run(expression: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  const all = { ...variables, ...more };
  const environment = createEnvironment();
  for (const name of Object.keys(all)) environment.registerVariable(name, "dyn");
  return environment.parse(expression)(all);
}

const isLiteral = (node: ASTNode): boolean =>
  node.op === "value" ||
  ((node.op === "list" || node.op === "map") && subexpressionsOf(node).every((part) => isLiteral(part.node)));

const literalsOf = (node: ASTNode): ASTNode[] =>
  isLiteral(node) ? [node] : subexpressionsOf(node).flatMap((part) => literalsOf(part.node));

/** The least int has digits that are none of an int. */
const isAlone = ({ op, args }: ASTNode): boolean => op !== "value" || args !== 9223372036854775808n;

function withVariables(text: string, literals: readonly ASTNode[]) {
  const more: Record<string, unknown> = {};
  let result = text;
  for (const { range } of literals.toSorted((a, b) => b.range.start - a.range.start)) {
    const name = `read${range.start}`;
    more[name] = run(text.slice(range.start, range.end));
    result = result.slice(0, range.start) + name + result.slice(range.end);
  }
  return { expression: result, more };
}

describe("CEL of what an instance gives", () => {
  const all = Object.entries({ ...tables[0]!.values, ...tables[1]!.values });
  for (const [expression, [type, value]] of all) {
    it(expression, () => {
      const text = translateNotation(expression);
      const literals = literalsOf(createEnvironment().parse(text).ast).filter(isAlone);
      for (const some of [literals, ...literals.map((one) => [one])]) {
        const read = withVariables(text, some);
        const result = run(read.expression, read.more);
        assert.deepEqual({ type: typeName(result), value: toJson(result) }, { type, value }, read.expression);
      }
    });
  }
});

describe("an element of what was made with something of any type", () => {
  const spec = {
    rules: [{ host: "a", port: 80 }],
    matrix: [[{ name: "a", port: 80 }], [{ name: "b" }]],
    pair: { a: 1 },
  };
  const rules = "schema.spec.any.rules";
  const expected: Readonly<Record<string, unknown>> = {
    [`(${rules} + [{"host": "x"}])[0].port`]: 80,
    [`([{"host": "x"}] + ${rules})[1].port`]: 80,
    [`(${rules} + [{"host": "x"}]).map(x, string(has(x.port))).join()`]: "truefalse",
    [`(${rules} + [dyn("x")]).map(x, x)[0].port`]: 80,
    [`(${rules} + [{"host": "x"}]).filter(x, has(x.port))[0].port`]: 80,
    [`(${rules} + [{"host": "x"}]).transformList(i, x, x)[0].port`]: 80,
    [`(${rules} + [{"host": "x"}]).sortBy(x, x.host)[0].port`]: 80,
    [`(${rules} + [{"host": "x"}])[?0].?port.orValue("x")`]: 80,
    [`cel.bind(all, ${rules} + [{"host": "x"}], all[0].port)`]: 80,
    [`([{"a": "x"}] + [{"a": ${rules}}])[1].a[0].port`]: 80,
    [`lists.insertAtIndex(["a"], 0, ${rules})[0][0].port`]: 80,
    [`lists.setAtIndex(["a"], 0, ${rules}).map(x, x[0].port)[0]`]: 80,
    '{"a": "x"}.merge(schema.spec.any.pair).a': 1,
    'schema.spec.any.pair.merge({"a": "x"}).a': "x",
    '{"b": "x"}.merge(schema.spec.any.pair).transformList(k, v, v)[1]': 1,
    'schema.spec.any.pair.merge({"b": "x"}).?a.orValue("y")': 1,
    'optional.of("a").or(optional.of(schema.spec.any.pair)).value()': "a",
    "optional.none().or(optional.of(schema.spec.any.pair)).value().a": 1,
    'schema.spec.any.?pair.optMap(x, [x]).orValue([{"a": "x"}])[0].a': 1,
    '(true ? [schema.spec.any.pair] : [{"a": "x"}])[0].a': 1,
    "schema.spec.any.matrix.flatten().map(x, x.name).join()": "ab",
    "schema.spec.any.matrix.flatten()[0].port": 80,
    "schema.spec.any.matrix.flatten().map(x, x.?port.orValue(1))[1]": 1,
    "(schema.spec.any.matrix.flatten() + [dyn(1)])[0].port": 80,
    [`${rules}.distinct().map(x, x.port)[0]`]: 80,
    [`${rules}.slice(0, 1).map(x, x.port)[0]`]: 80,
    [`${rules}.reverse()[0].port`]: 80,
    [`${rules}.first().value().port`]: 80,
    [`${rules}.last().?port.orValue(1)`]: 80,
    [`${rules}.first().optMap(x, x.port).orValue("x")`]: 80,
  };
  for (const [expression, value] of Object.entries(expected)) {
    it(expression, () => {
      const definition = shop([configMap("made", { value: `\${dyn(${expression})}` })], { any: "object" });
      const [child] = render(definition, instance({ any: spec })).children;
      assert.deepEqual([child!.problems, (child!.object.data as { value: unknown }).value], [[], value]);
    });
  }

  it("is an error of kro's only where it was computed, and the list's elements have a schema", () => {
    const sum = 'dyn(schema.spec.rules) + [dyn({"host": "x"})]';
    const data = { first: `\${(${sum})[0].port}`, size: `\${dyn(size(${sum}))}`, computed: `\${(${sum})[1].host}` };
    const definition = shop([configMap("made", data)], { rules: "[]object" });
    const [child] = render(definition, instance({ rules: spec.rules })).children;
    const { first, size } = child!.object.data as Record<string, unknown>;
    assert.deepEqual([first, size, child!.problems.length], [80, 2, 1]);
    assert.match(child!.problems[0]!, /^data\.computed: .* has no value here: unsupported type: error$/);
  });
});
