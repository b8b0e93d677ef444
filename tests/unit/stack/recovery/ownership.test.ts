import assert from "node:assert/strict";
import { contains } from "../../../../automation/stack/recovery/found.ts";
import { foreignness } from "../../../../automation/stack/recovery/ownership.ts";

const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const found = { id: "r", fingerprint: "arn:r", created: at("00:10:00"), differs: [] };
const claims = { since: at("00:09:00"), owners: new Map<string, string>() };

describe("whose the object of a pending create is", () => {
  it("is this stack's when it is as declared, and of the killed run's time", () => {
    assert.equal(foreignness(found, claims), undefined);
  });

  it("is another stack's when that has it in its state", () => {
    const owners = new Map([["arn:r", "organization/shop/prod"]]);
    assert.match(foreignness(found, { ...claims, owners })!, /the stack organization\/shop\/prod owns it/);
  });

  it("is somebody else's when it is older than the killed run, or differs", () => {
    assert.match(foreignness({ ...found, created: at("00:08:00") }, claims)!, /before the run that was killed/);
    assert.match(foreignness({ ...found, differs: ["spec"] }, claims)!, /differs .* in spec/);
  });

  it("takes what a server fills in for no difference, and everything else for one", () => {
    const declared = { replicas: 1, list: [{ a: 1 }] };
    assert.ok(contains({ replicas: 1, list: [{ a: 1, filled: 2 }], more: true }, declared));
    for (const live of [
      { replicas: 2, list: [{ a: 1 }] },
      { replicas: 1, list: [] },
      { replicas: 1 },
      undefined,
      "text",
    ]) {
      assert.ok(!contains(live, declared), JSON.stringify(live));
    }
  });
});
