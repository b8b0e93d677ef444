import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EARLY, probesOf } from "../../../automation/doctor/checks/index.ts";
import { TOPICS } from "../../../automation/doctor/probe.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const probes = probesOf({ open: undefined, state: undefined, problem: undefined });
const ids = probes.map(({ id }) => id);

describe("docs/doctor.md", () => {
  it("has every finding by its id, in the order in which they are shown; so has the schema", () => {
    const table = /## What it looks at\n\n(\|.*?)\n\n/s.exec(read("docs/doctor.md"))![1]!;
    const rows = table.split("\n").slice(2);
    const documented = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`([\w-]+)`/g)].map(([, id]) => id!));
    assert.deepEqual(documented, ids);
    assert.deepEqual(JSON.parse(read("docs/doctor.schema.json")).$defs.finding.properties.id.enum, ids);
  });

  it("says which of them `up` asks as well", () => {
    const [, said] = /`carts up` asks ([^:]*?) as well/s.exec(read("docs/doctor.md"))!;
    const named = [...said!.matchAll(/`([\w-]+)`/g)].map(([, id]) => id!);
    assert.deepEqual(named.toSorted(), EARLY.map(({ id }) => id).toSorted());
  });

  it("has topics that stand together", () => {
    const topics = probes.map(({ topic }) => topic).filter((topic, i, all) => topic !== all[i - 1]);
    assert.deepEqual(topics, [...TOPICS]);
  });
});
