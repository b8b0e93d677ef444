import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { makeSchema, schemaFile } from "../../../components/package/schema.ts";

describe("the component package", function () {
  this.timeout("2m");

  it("has the schema of the code, and no word lost in it", () => {
    const kept = readFileSync(schemaFile, "utf8");
    assert.deepEqual(JSON.parse(kept), makeSchema(), "`node components/package/schema.ts` makes it anew");
    assert.doesNotMatch(kept, /\[object Object\]/, "the analyzer can't read a {@link} in a docstring");
  });

  it("has the version of the project", () => {
    const [own, project] = ["components/package.json", "package.json"].map(
      (name) => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8")).version,
    );
    assert.equal(own, project);
  });
});
