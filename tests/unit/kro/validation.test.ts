import assert from "node:assert/strict";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { nameProblem } from "../../../packages/kro/graph/validation.ts";

describe("the name of a node", () => {
  it("is refused in words when it is one that the CEL library keeps", () => {
    for (const name of "bool bytes cel double google int list map optional string type uint".split(" ")) {
      assert.match(nameProblem(name)!, /^"\w+" can't be named in expressions here/);
      assert.throws(() => createEnvironment().registerVariable(name, "dyn"), /already registered/);
    }
  });

  it("may be that of a function or of a namespace of functions", () => {
    for (const name of "lists math strings base64 json hash size all filter duration timestamp dyn".split(" ")) {
      assert.equal(nameProblem(name), undefined);
      createEnvironment().registerVariable(name, "dyn");
    }
  });
});
