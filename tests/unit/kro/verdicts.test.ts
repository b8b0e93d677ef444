import assert from "node:assert/strict";
import { buildGraph, DefinitionError } from "../../../packages/kro/index.ts";
import { cases } from "../../e2e/fidelity/verdicts.ts";

describe("the verdict on an RGD", () => {
  // tests/e2e/verdict.test.ts holds the same against kro and the API server.
  for (const [title, { definition, accepted }] of Object.entries(cases)) {
    it(`${title}: ${accepted ? "taken" : "refused"}`, () => {
      if (accepted) buildGraph(definition);
      else assert.throws(() => buildGraph(definition), DefinitionError);
    });
  }
});
