import assert from "node:assert/strict";
import {
  extractExpressions,
  isStandaloneExpression,
  NestedExpressionError,
} from "../../../packages/kro/graph/parser/cel.ts";

/** The parts, an expression between angle brackets. */
const split = (text: string) =>
  extractExpressions(text).map((part) => (part.kind === "text" ? part.text : `<${part.expression}>`));

describe("expressions in a template's string", () => {
  it("stand among text", () => {
    assert.deepEqual(split("a-${b.c}-d${e}"), ["a-", "<b.c>", "-d", "<e>"]);
    assert.deepEqual(split("${a}${b}"), ["<a>", "<b>"]);
    assert.deepEqual(split("no expression: $a {b} $$ }"), ["no expression: $a {b} $$ }"]);
    assert.deepEqual(split(""), []);
    assert.deepEqual(split("${}"), ["<>"]);
    assert.deepEqual(split("$${a}"), ["$", "<a>"]);
  });

  it("have braces of their own, which only double quotes hide", () => {
    assert.deepEqual(split('${{"a": {"b": 1}}}!'), ['<{"a": {"b": 1}}>', "!"]);
    assert.deepEqual(split('${"}" + a}'), ['<"}" + a>']);
    assert.deepEqual(split('${"\\"}" + a}'), ['<"\\"}" + a>']);
    assert.deepEqual(split("${'}' + a}"), ["<'>", "' + a}"]);
  });

  it("are text when they never end", () => {
    assert.deepEqual(split("a ${b"), ["a ${b"]);
    assert.deepEqual(split('${"a}'), ['${"a}']);
    assert.deepEqual(split('x ${"a} ${b}'), ['x ${"a} ', "<b>"]);
  });

  it("are not nested, but in a string", () => {
    assert.throws(() => split("${outer(${inner})}"), NestedExpressionError);
    assert.deepEqual(split('${outer("${inner}")}'), ['<outer("${inner}")>']);
  });

  it("are standalone without text around", () => {
    assert.equal(isStandaloneExpression("${a}"), true);
    assert.equal(isStandaloneExpression('${{"a": "}"}}'), true);
    assert.equal(isStandaloneExpression(" ${a}"), false);
    assert.equal(isStandaloneExpression("${a}${b}"), false);
    assert.equal(isStandaloneExpression("a"), false);
    assert.equal(isStandaloneExpression(""), false);
    assert.equal(isStandaloneExpression("${a"), false);
  });
});
