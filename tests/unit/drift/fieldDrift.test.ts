import assert from "node:assert/strict";
import { fieldDrifts } from "../../../automation/drift/fieldDrift.ts";

const inputs = (spec: object) => ({ inputs: { apiVersion: "kro.run/v1alpha1", kind: "Shop", spec } });
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
const json = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("the drift of a resource", () => {
  const [a, b] = [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ];

  it("is told field by field, what isn't there left out", () => {
    const found = fieldDrifts({ old: inputs({ replicas: 1, paused: true }), new: inputs({ replicas: 2, image: "x" }) });
    assert.deepEqual(json(found), [
      { path: "spec.replicas", expected: 1, found: 2 },
      { path: "spec.paused", expected: true },
      { path: "spec.image", found: "x" },
    ]);
  });

  it("is one change when entries of a list have swapped their places", () => {
    const found = fieldDrifts({ old: inputs({ environment: [a, b] }), new: inputs({ environment: [b, a] }) });
    assert.deepEqual(json(found), [{ path: "spec.environment", expected: ["A", "B"], found: ["B", "A"], order: true }]);
  });

  it("goes by the names of a list's entries", () => {
    const found = fieldDrifts({
      old: inputs({ environment: [a, b] }),
      new: inputs({ environment: [a, { name: "X", value: "9" }, { name: "B", value: "3" }] }),
    });
    assert.deepEqual(found.map(({ path }) => path).sort(), [
      "spec.environment[name=B].value",
      "spec.environment[name=X].name",
      "spec.environment[name=X].value",
    ]);
  });

  it("is none in a policy that IAM only writes in another form", () => {
    const policy = (Action: unknown, Condition: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Condition }] });
    const of = (assumeRolePolicy: string) => ({ inputs: { name: "r", assumeRolePolicy } });
    const declared = policy(["sts:AssumeRole"], {
      StringEquals: { "aws:SourceAccount": "1", "aws:RequestTag/a": "b" },
    });
    const live = policy("sts:assumerole", { stringequals: { "aws:requesttag/a": ["b"], "AWS:SourceAccount": "1" } });
    const other = policy("sts:AssumeRole", { StringLike: { "aws:SourceAccount": "1", "aws:RequestTag/a": "b" } });
    assert.deepEqual(fieldDrifts({ old: of(declared), new: of(live) }), []);
    assert.deepEqual(
      fieldDrifts({ old: of(declared), new: of(other) }).map(({ path }) => path),
      ["assumeRolePolicy"],
    );
  });

  it("shows no side of what is a secret on either", () => {
    const plain = [{ name: "A", value: "hunter2" }];
    for (const [old, now] of [
      [secret, plain],
      [plain, secret],
    ] as const) {
      const found = fieldDrifts({
        old: inputs({ environment: old }),
        new: inputs({ environment: now }),
        detailedDiff: { "spec.environment[0].value": {} },
      });
      assert.deepEqual(json(found), [{ path: "spec.environment", expected: "[secret]", found: "[secret]" }]);
    }
  });
});
