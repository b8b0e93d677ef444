import assert from "node:assert/strict";
import { failsToEvaluate, neverResolves } from "../../../../automation/update/causes/expression.ts";

/** As kro 0.9.4 says it. */
const waits = (expression: string, why: string) =>
  `resource reconciliation failed: waiting for unresolved resource: gvr "apps/v1, Resource=deployments": node "web": failed to evaluate expression: eval ${JSON.stringify(expression)}: ${why} (data pending)`;

describe("an expression of kro's that has no value", () => {
  it("never has one where nothing but the instance has what it reads", () => {
    assert.equal(neverResolves(waits("schema.spec.size", "no such key: size")), "schema.spec.size");
    assert.equal(neverResolves(waits("string(schema.spec.a.b) + 'x.y'", "no such key: b")), "schema.spec.a.b");
    assert.equal(neverResolves(waits("n-${schema.spec.size}.example.com", "no such key: size")), "schema.spec.size");
    assert.equal(
      neverResolves(
        waits("schema.spec.b in [true, null] ? size(schema.spec.c) : schema.spec.?a.orValue(1)", "no such key: b"),
      ),
      "schema.spec.b",
    );
    assert.equal(neverResolves(waits("schema.spec.all[0]", "index out of bounds: 0")), "schema.spec.all");
  });

  it("may have one where something else is read as well", () => {
    for (const text of [
      waits("table.status.arn", "no such key: status"),
      waits("schema.spec.size + table.status.size", "no such key: size"),
      waits("size(pods) == 0 ? schema.spec.size : 1", "no such key: size"),
      waits("schema.spec.all.map(x, x.name)", "no such key: name"),
      'awaiting resource readiness: waiting for node "web": readyWhen condition evaluated to false: "web.status.ok" (waiting for readiness)',
    ])
      assert.equal(neverResolves(text), undefined, text);
  });

  it("is told from what else kro fails at", () => {
    for (const text of [
      'node "web": eval "1 / 0": division by zero',
      'includeWhen "schema.spec.on": eval "schema.spec.on": no such key: on',
      'node "web" identity collision: two have the name a',
      'apply results contain errors: node "web": failed to evaluate readyWhen expression: "int(web.x)" (eval "int(web.x)": type conversion error)',
    ])
      assert.equal(failsToEvaluate(text), true, text);
    for (const text of ["failed calling webhook", 'deployments.apps "web" is forbidden', "apply failed: timeout"])
      assert.equal(failsToEvaluate(text), false, text);
  });
});
