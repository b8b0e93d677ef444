import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CAUSES } from "../../../../automation/update/causes/cause.ts";

describe("docs/pipelines.md", () => {
  it("has every cause by its name, and no other", () => {
    const text = readFileSync(new URL("../../../../docs/pipelines.md", import.meta.url), "utf8");
    const table = /## Why it failed.*?\n\n(\|.*?)\n\n/s.exec(text)![1]!;
    const names = table
      .split("\n")
      .flatMap((row) => [...row.split("|")[1]!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!));
    assert.deepEqual(names.filter((name) => name !== "name").toSorted(), Object.keys(CAUSES).toSorted());
  });
});
