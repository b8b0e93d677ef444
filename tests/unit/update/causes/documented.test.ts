import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CAUSES, type CauseName, patienceOf } from "../../../../automation/update/causes/cause.ts";

describe("docs/pipelines.md", () => {
  it("has every cause by its name, and no other", () => {
    const text = readFileSync(new URL("../../../../docs/pipelines.md", import.meta.url), "utf8");
    const table = /## Why it failed.*?\n\n(\|.*?)\n\n/s.exec(text)![1]!;
    const names = table
      .split("\n")
      .flatMap((row) => [...row.split("|")[1]!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!));
    assert.deepEqual(names.filter((name) => name !== "name").toSorted(), Object.keys(CAUSES).toSorted());
  });

  it("says for which waiting is in vain, and after which time", () => {
    const text = readFileSync(new URL("../../../../docs/pipelines.md", import.meta.url), "utf8");
    const rows = /## When it stops waiting.*?\n\n(\|.*?)\n\n/s.exec(text)![1]!.split("\n");
    for (const [name, cell] of [
      ["definition-refused", "6 seconds"],
      ["ack-access-denied", "2 minutes"],
      ["expression-failed", "1 minute"],
    ] as const) {
      const patience = patienceOf({ name, object: "", message: "" });
      const same = (Object.keys(CAUSES) as CauseName[]).filter(
        (other) => patienceOf({ name: other, object: "", message: "" }) === patience,
      );
      const row = rows.find((one) => one.includes(cell) && one.startsWith(`| \`${name}\``))!;
      const named = [...row.matchAll(/`([\w-]+)`/g)].map(([, found]) => found!);
      assert.deepEqual(named.toSorted(), same.toSorted());
    }
  });
});
