import assert from "node:assert/strict";
import { definitionProblem, instancesAmong } from "../../../components/guards/definitionGuard.ts";

const rgd = { metadata: { name: "cartsstack" } };
const urn = (type: string, name: string) =>
  `urn:pulumi:dev::carts-stack::carts-stack:index:CartsStack$${type}::${name}`;

describe("definitionGuard", () => {
  it("lets through whatever keeps the RGD, or has none to lose", () => {
    const own = ["default/carts-kro"];
    assert.equal(
      definitionProblem(rgd, {}, () => own),
      undefined,
    );
    assert.equal(
      definitionProblem(rgd, { createDefinition: true }, () => own),
      undefined,
    );
    assert.equal(
      definitionProblem(undefined, { createDefinition: false }, () => own),
      undefined,
    );
    assert.equal(
      definitionProblem(rgd, { createDefinition: false }, () => []),
      undefined,
    );
  });

  it("refuses to delete it under instances, names them, and says what to do", () => {
    const problem = definitionProblem(rgd, { createDefinition: false }, () => ["default/carts-kro", "default/blue"]);
    assert.match(problem!, /^createDefinition changes to false, .* ResourceGraphDefinition cartsstack of this stack\./);
    assert.match(
      problem!,
      /can delete them: default\/blue, default\/carts-kro\. Hand it over .*`pulumi state move` first/,
    );
  });

  it("finds the instances among what a stack has", () => {
    const metadata = { name: "blue", namespace: "shops" };
    const outputs = {
      [urn("kubernetes:kro.run/v1alpha1:CartsStack", "blue")]: { metadata },
      [urn("kubernetes:kro.run/v1alpha1:CartsStack", "never-made")]: {},
      [urn("kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", "carts-definition")]: rgd,
      "urn:pulumi:dev::carts-stack::carts-stack:index:CartsStack::blue": { tableName: "t" },
    };
    assert.deepEqual(instancesAmong(outputs), ["shops/blue"]);
  });
});
