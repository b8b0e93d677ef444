import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkExamples } from "./examples.ts";
import { CLONE, type Installed, installed } from "./packed.ts";

describe("the examples of a page print what it says, as the packed tool", () => {
  let tool: Installed;
  before(async function () {
    this.timeout(300_000);
    tool = await installed();
  });

  for (const page of ["docs/kro-preview.md", "docs/kro-preview-api.md"]) {
    it(page, async function () {
      this.timeout(300_000);
      await checkExamples(page, tool);
    });
  }
});

describe("the library's page", () => {
  it("names all that the library hands out", async () => {
    const page = readFileSync(join(CLONE, "docs/kro-preview-api.md"), "utf8");
    const names = Object.keys(await import("../../../packages/kro-preview/library.ts"));
    assert.ok(names.length > 10);
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page)),
      [],
    );
  });
});
