import assert from "node:assert/strict";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";

// Each as kro 0.9.4's own environment has it. `any` is of type dyn.

const environment = createEnvironment();
environment.registerVariable("any", "dyn");

describe("the check of a call", () => {
  const types: Readonly<Record<string, string>> = {
    'duration(duration("1s"))': "google.protobuf.Duration",
    "duration(null)": "google.protobuf.Duration",
    "duration(any)": "google.protobuf.Duration",
    "timestamp(null)": "google.protobuf.Timestamp",
    "timestamp(any)": "google.protobuf.Timestamp",
    "string(null)": "string",
    "string(any)": "string",
    "int(null)": "int",
    "int(any)": "int",
    "sign(null)": "int",
    'quantity("1").add(null)': "kubernetes.Quantity",
    'cidr("1.2.3.0/24").containsIP(null)': "bool",
    "null.getHours()": "int",
    'any.split(",")': "list<string>",
    "any.split(any, 2)": "list<string>",
    'any.replace("a", any)': "string",
    'any.startsWith("a")': "bool",
    "any.flatten()": "list<dyn>",
    "any.flatten().map(x, x.name)": "list<dyn>",
    "any.flatten()[0].name": "dyn",
    "any.distinct().map(x, x.name)": "list<dyn>",
    "any.slice(0, 1).map(x, x.name)": "list<dyn>",
    "any.first().value().name": "dyn",
    "any.last().value().name": "dyn",
    "any.reverse()": "dyn",
    'lists.insertAtIndex(["a"], 0, any)': "list<dyn>",
    'lists.insertAtIndex([], 0, "a")': "list<string>",
    'lists.setAtIndex(any, 0, "a")': "list<string>",
    '{"a": "b"}.merge({"a": any})': "map<string, dyn>",
    '[{"a": "b"}] + [{"a": any}]': "list<map<string, dyn>>",
    '[] + ["a"]': "list<string>",
    "any.value().name": "dyn",
    'any.merge({"a": 1})': "map<string, int>",
    "[[1], [2]].flatten()": "list<int>",
    "[any].flatten()": "list<dyn>",
    'quantity("1") == any': "bool",
    "optional.none() != null": "bool",
    "any == optional.of(1)": "bool",
    "optional.of(1) == optional.none()": "bool",
    "optional.of(1) == optional.of(any)": "bool",
    'optional.of(null) != optional.of(quantity("1"))': "bool",
    "b'a' < b'b'": "bool",
    "any >= b'a'": "bool",
    'any + timestamp("2026-01-01T00:00:00Z")': "google.protobuf.Timestamp",
    'duration("1s") + any': "dyn",
    "any + [1]": "list<int>",
  };
  for (const [expression, type] of Object.entries(types)) {
    it(`${expression}: ${type}`, () => {
      const { valid, type: found, error } = environment.check(expression);
      assert.ok(valid, error?.message);
      assert.equal(found, type);
    });
  }

  const refused = [
    ...[
      "duration(1)",
      "bool(null)",
      "double(null)",
      "uint(null)",
      "bytes(null)",
      "int(b'1')",
      "semver(null)",
      "url(null)",
    ],
    ...["any.split(1)", "any.split(null)", 'any.replace("a", 1)', "any.startsWith(1)", "any.contains(any, any)"],
    ...[
      "any.getHours(1)",
      "any.matches(2)",
      "any.join(1)",
      "any.indexOf('a', 'b')",
      "any.add(true)",
      "any.format('%d')",
    ],
    ...[
      "[1].flatten()",
      "['a'].flatten()",
      "b'a' < 'a'",
      "'a' >= b'a'",
      "b'a' < null",
      'quantity("1") == url("http://a.b")',
      'optional.of(1) == optional.of("a")',
      "optional.of(null) == optional.of(1)",
      '[optional.of(1)] == [optional.of("a")]',
      'optional.of([1]) != optional.of(["a"])',
    ],
  ];
  for (const expression of refused) {
    it(`${expression}: refused`, () => assert.equal(environment.check(expression).valid, false));
  }

  it("looks once at each of many calls of each other", () => {
    const nested = `any${".replace('a', 'b')".repeat(200)}`;
    const within = Array.from({ length: 60 }).reduce<string>((text) => `any.replace(${text}, 'b')`, "'a'");
    for (const expression of [nested, within]) assert.equal(environment.check(expression).type, "string");
  });
});
