import assert from "node:assert/strict";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { inspect } from "../../../packages/kro/cel/inspector.ts";

const environment = createEnvironment();

function references(expression: string) {
  const { identifiers, paths, functions } = inspect(environment.parse(expression).ast);
  return { identifiers: [...identifiers], paths: paths.map((path) => path.join(".")), functions: [...functions] };
}

const paths = (expression: string) => references(expression).paths;

describe("references of an expression", () => {
  it("are paths as far as they are static", () => {
    assert.deepEqual(paths("table.status.arn"), ["table.status.arn"]);
    assert.deepEqual(paths('a["b"].c'), ["a.b.c"]);
    assert.deepEqual(paths("a.list[0].name"), ["a.list.0.name"]);
    assert.deepEqual(paths("a.?b[?'c'].d"), ["a.b.c.d"]);
    assert.deepEqual(paths("a"), ["a"]);
  });

  it("end where a key is computed, which is a reference itself", () => {
    assert.deepEqual(paths("a.b[c.d].e"), ["a.b", "c.d"]);
    assert.deepEqual(paths("a[-1].b"), ["a"]);
  });

  it("go up to a method's receiver, and into its arguments", () => {
    assert.deepEqual(references("a.b.split(c.d)[0].e"), {
      identifiers: ["a", "c"],
      paths: ["a.b", "c.d"],
      functions: ["split"],
    });
  });

  it("are found in every place", () => {
    assert.deepEqual(references('-a + b[1] * (c ? d.x : !e) - size([f, {"k": g, h: 1}])'), {
      identifiers: ["a", "b", "c", "d", "e", "f", "g", "h"],
      paths: ["a", "b.1", "c", "d.x", "e", "f", "g", "h"],
      functions: ["size"],
    });
  });

  it("are the path that has() asks for", () => {
    assert.deepEqual(references("has(a.b.c)"), { identifiers: ["a"], paths: ["a.b.c"], functions: ["has"] });
  });

  it("leave out what macros bind, only where they bind it", () => {
    assert.deepEqual(paths("a.items.map(x, x.name + y.name)"), ["a.items", "y.name"]);
    assert.deepEqual(paths("a.filter(x, x > 1).map(x, x) + [x]"), ["a", "x"]);
    assert.deepEqual(paths("x.map(x, x.y)"), ["x"]);
    assert.deepEqual(paths("a.map(x, x > b, x + c)"), ["a", "b", "c"]);
    assert.deepEqual(paths("a.all(x, b.exists(x, x == y) && x == z)"), ["a", "b", "y", "z"]);
    assert.deepEqual(paths("a.map(x, b.map(y, x + y + z))"), ["a", "b", "z"]);
    assert.deepEqual(paths("a.transformMap(k, v, k == b, v + c) "), ["a", "b", "c"]);
    assert.deepEqual(paths("a.existsOne(k, v, k == v) || k"), ["a", "k"]);
    assert.deepEqual(paths("a.sortBy(x, x.n - b.n)"), ["a", "b.n"]);
    assert.deepEqual(paths("a.?b.optMap(x, x + c).optFlatMap(y, y.?d)"), ["a.b", "c"]);
    assert.deepEqual(paths("cel.bind(x, x.y, x + z)"), ["x.y", "z"]);
  });

  it("leave out namespaces of functions, but not resources of the same name", () => {
    assert.deepEqual(references("lists.range(a.n).map(i, optional.of(i))"), {
      identifiers: ["a"],
      paths: ["a.n"],
      functions: ["map", "lists.range", "optional.of"],
    });
    assert.deepEqual(paths("json.status.x + lists.size()"), ["json.status.x", "lists"]);
  });
});
