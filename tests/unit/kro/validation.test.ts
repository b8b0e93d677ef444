import assert from "node:assert/strict";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { CelTypes } from "../../../packages/kro/cel/types.ts";
import { nameProblem } from "../../../packages/kro/graph/validation.ts";
import { render } from "../../../packages/kro/index.ts";
import { configMap, instance, shop } from "./shop.ts";

/** cel-js keeps the first ones for types and namespaces; the others are functions, or namespaces of functions. */
const NAMES =
  "bool bytes cel double google int list map optional string type uint lists math strings base64 json hash size all filter duration timestamp dyn";

describe("the name of a node", () => {
  for (const name of NAMES.split(" ")) {
    it(`may be ${name}, which then means the node`, () => {
      assert.equal(nameProblem(name), undefined);
      new CelTypes(createEnvironment()).declare(name, undefined);
      const next = configMap("next", { a: `\${${name}.data.a}`, b: "${string(1)}" });
      const { children } = render(shop([configMap(name, { a: "x" }), next]), instance());
      assert.deepEqual(children[1]!.object.data, { a: "x", b: "1" });
    });
  }
});
