import assert from "node:assert/strict";
import { buildGraph, hasOwnConditions } from "../../../packages/kro/index.ts";
import { configMap, deployment, shop } from "./shop.ts";

const own = (conditions: unknown) => {
  const { metadata, spec } = shop([configMap("config", {}), deployment("other", {})]);
  return { metadata, spec: { ...spec, schema: { ...spec.schema, status: { conditions } } } };
};

const condition = (fields: string) => `\${runtime.newCondition({${fields}})}`;
const A = "type: 'A', status: 'True'";

/** What kro 0.9.4's own builder accepts. */
const ACCEPTED: Readonly<Record<string, unknown>> = {
  "one of a node": [condition("type: 'Stored', status: config.metadata.name != '' ? 'True' : 'False', reason: 'Made'")],
  "one of nothing": [condition(A)],
  "a list of them": ["${[1, 2].map(i, runtime.newCondition({type: 'A' + string(i), status: 'True'}))}"],
  "kro's own, read and taken over": [
    condition("type: 'Ready', status: runtime.condition(schema, 'ResourcesReady').status, message: 'x'"),
  ],
  "a condition of a node": [condition("type: 'A', status: runtime.condition(other, 'Available').status")],
  "one of two": [`\${schema.spec.debug ? runtime.newCondition({${A}}) : runtime.newCondition({${A}})}`],
  dyn: ["${dyn(1)}"],
  "an empty list": ["${[]}"],
  "no expression": [],
  "the same type twice in one": [`\${[runtime.newCondition({${A}}), runtime.newCondition({${A}})]}`],
  "values of several types": [condition("type: 'A', status: 'True', message: 1")],
};

/** What it refuses, and why: of its message, what counts. */
const REFUSED: Readonly<Record<string, readonly [conditions: unknown, says: RegExp]>> = {
  "no list": [condition(A), /must be a list/],
  "a map": [[{ type: "A" }], /must be an expression/],
  "text around it": [[`a ${condition(A)}`], /one expression and nothing else/],
  text: [["${schema.spec.name}"], /must return runtime\.newCondition\(\.\.\.\) or a list of them, and is string/],
  "an optional": [[`\${optional.of(runtime.newCondition({${A}}))}`], /must return .*optional/],
  "the same type in two": [[condition(A), condition(A)], /condition type "A" is declared by more than one/],
  "a status that is none": [
    [condition("type: 'A', status: 'Yes'")],
    /status must be one of True, False, Unknown \(got "Yes"\)/,
  ],
  "an empty type": [[condition("type: '', status: 'True'")], /type must not be empty/],
  "one of its own, read": [
    [condition(A), condition("type: 'B', status: runtime.condition(schema, 'A').status")],
    /custom conditions cannot reference each other/,
  ],
  "one that nobody makes, read": [
    [condition("type: 'B', status: runtime.condition(schema, 'X').status")],
    /unknown condition type; only kro's built-in types/,
  ],
  "a key too many": [[condition(`${A}, foo: ''`)], /unknown key "foo"/],
  "no status": [[condition("type: 'A'")], /'status' is required/],
  numbers: [[condition("type: 1, status: 2")], /no matching overload for 'newCondition'/],
  "an undefined field": [[condition("type: 'A', status: schema.spec.nope")], /undefined field 'nope'/],
  "an undefined field of a condition": [
    [condition("type: runtime.condition(schema, 'Ready').state, status: 'True'")],
    /undefined field 'state'/,
  ],
  "an unknown node": [[condition("type: 'A', status: nobody.status.x")], /nobody, which is not in the graph/],
};

describe("conditions of an author's own", () => {
  for (const [name, conditions] of Object.entries(ACCEPTED)) {
    it(`may be ${name}`, () => {
      buildGraph(own(conditions));
    });
  }
  for (const [name, [conditions, says]] of Object.entries(REFUSED)) {
    it(`can't be ${name}`, () => {
      assert.throws(() => buildGraph(own(conditions)), says);
    });
  }

  it("are the only place where `runtime` is known", () => {
    const text = "${runtime.condition(config, 'A').status}";
    assert.throws(() => buildGraph(shop([configMap("config", {}), configMap("second", { text })])), {
      message: `node "second", at data.text, ${text}: runtime is only available in status.conditions expressions`,
    });
  });

  it("take kro's away, unless there are none", () => {
    assert.equal(hasOwnConditions(own([condition(A)])), true);
    assert.equal(hasOwnConditions(own([])), false);
    assert.equal(hasOwnConditions(shop([])), false);
  });
});
