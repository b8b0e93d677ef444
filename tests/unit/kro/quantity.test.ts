import assert from "node:assert/strict";
import { canonicalQuantity } from "../../../packages/kro/apiserver/quantity.ts";

describe("a quantity", () => {
  // As Kubernetes' own resource.ParseQuantity(...).String() writes them.
  const written = {
    "1000m": "1",
    "0.5": "500m",
    "250m": "250m",
    "1.1": "1100m",
    "1024Mi": "1Gi",
    "1.5Gi": "1536Mi",
    "1000Ki": "1000Ki",
    "0.5Ki": "512",
    "0.1Mi": "104857600m",
    "1000": "1k",
    "1000000k": "1G",
    "12E6": "12E6",
    "0.5e1": "5",
    "1.5e3": "1500",
    "-0.5": "-500m",
    "0.1n": "1n",
    "0.0": "0",
    "999.999": "999.999",
    "1023": "1023",
    "5": "5",
    "not one": "not one",
    "": "",
  };
  for (const [value, canonical] of Object.entries(written)) {
    it(`${value} is stored as ${canonical}`, () => assert.equal(canonicalQuantity(value), canonical));
  }

  it("may be a number", () => assert.equal(canonicalQuantity(10), "10"));
});
