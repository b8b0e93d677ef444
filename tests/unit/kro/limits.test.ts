import assert from "node:assert/strict";
import { problemsOf } from "../../../packages/kro/apiserver/validate.ts";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";

const evaluate = (expression: string) => createEnvironment().evaluate(expression);

describe("what would never end", () => {
  describe("a pattern that a backtracking engine tries in every way", () => {
    const text = `${"a".repeat(60)}!`;

    it("is matched at once, as Go does it", () => {
      assert.equal(evaluate(`'${text}'.matches('^(a+)+$')`), false);
      assert.deepEqual(evaluate(`'${text}'.findAll('(a|a)*$')`), [""]);
    });

    it("is matched at once where a schema or a rule of it has it", () => {
      const schema = { type: "string", pattern: "^(a|a)*$", validations: ["self.matches('^(a*)*$')"] } as const;
      assert.deepEqual(problemsOf(text, schema, "spec.name"), [
        `spec.name: "${text}" must match ^(a|a)*$`,
        `spec.name: "${text}" breaks the rule self.matches('^(a*)*$')`,
      ]);
      assert.deepEqual(problemsOf("aa", schema, "spec.name"), []);
    });
  });

  describe("macros and functions over one another's elements", () => {
    const NESTED = [
      "lists.range(100000).map(x, lists.range(100000).map(y, y))",
      "lists.range(100000).all(x, lists.range(100000).exists(y, y > x))",
      "lists.range(100000).transformList(i, x, lists.range(100000).sortBy(y, -y))",
      "cel.bind(l, lists.range(100000), l.all(x, x + 1 in l))",
      "lists.range(1000000).distinct()",
      "cel.bind(l, lists.range(1000000), l.map(x, l == l))",
    ];
    for (const expression of NESTED) {
      it(`${expression} is not evaluated`, () => {
        assert.throws(() => evaluate(expression), {
          name: "UnsupportedError",
          message: /more than 5 million elements/,
        });
      });
    }

    it("each expression has its own count", () => {
      for (let i = 0; i < 8; i++) assert.equal(evaluate("lists.range(1000000).size()"), 1_000_000n);
    });
  });

  it("patterns are Go's, with flags within and quotes", () => {
    for (const [text, pattern] of [
      ["abC", "a(?i)bc$"],
      ["a.c", "^a\\\\Q.\\\\Ec$"],
      ["-", "^[[:^alpha:]]$"],
    ]) {
      assert.equal(evaluate(`'${text}'.matches('${pattern}')`), true, pattern);
    }
    assert.throws(() => evaluate("'a'.matches('(?=a)')"), /error parsing regexp: invalid or unsupported Perl syntax/);
  });
});
