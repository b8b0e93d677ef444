import assert from "node:assert/strict";
import { FEATURES, features } from "../../e2e/fidelity/features.ts";

const texts = new Map(features.map(({ definition }) => [definition.metadata.name, JSON.stringify(definition.spec)]));

describe("the RGDs for kro's features", () => {
  for (const [page, all] of Object.entries(FEATURES)) {
    for (const [feature, [rgd, text]] of Object.entries(all)) {
      it(`${page}: ${feature}`, () => assert.match(texts.get(rgd) ?? "", text));
    }
  }

  it("are 40 at least, and each has a feature and an instance", () => {
    assert.ok(features.length >= 40);
    const named = new Set(Object.values(FEATURES).flatMap((all) => Object.values(all).map(([rgd]) => rgd)));
    const lacking = features.filter(({ definition, instances }) => {
      const { name } = definition.metadata;
      return name !== "chain-inner" && (!named.has(name) || instances.length === 0);
    });
    assert.deepEqual(
      lacking.map(({ definition }) => definition.metadata.name),
      [],
    );
  });
});
