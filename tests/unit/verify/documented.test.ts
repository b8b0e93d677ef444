import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");
const CHECKS = join(ROOT, "automation/verify/checks");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** The ids that the checks are made with; `${id}` is what those of RGDs and instances begin with. */
const inChecks = (): string[] => {
  const text = readdirSync(CHECKS).map((file) => readFileSync(join(CHECKS, file), "utf8"));
  const ids = [...text.join("\n").matchAll(/\bid: ["`]((?:\$\{id\})?[a-z-]+)["`]/g)].map(([, id]) => id!);
  const both = (id: string) => ["definition", "instance"].map((kind) => id.replace("${id}", kind));
  return [...new Set(ids.flatMap((id) => (id.includes("$") ? both(id) : id)))].toSorted();
};

describe("docs/verify.md", () => {
  it("has every check by its id, and no other; so has the schema", () => {
    const table = /## What it checks\n\n(\|.*?)\n\n/s.exec(read("docs/verify.md"))![1]!;
    const rows = table.split("\n").slice(2);
    const documented = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`([\w-]+)`/g)].map(([, id]) => id!));
    assert.deepEqual(documented.toSorted(), inChecks());
    const schema = JSON.parse(read("docs/verify.schema.json"));
    assert.deepEqual(schema.$defs.check.properties.id.enum.toSorted(), inChecks());
  });
});
