import assert from "node:assert/strict";
import { comparablePolicies, samePolicy } from "../../../packages/iam/policyDocument.ts";

const NAMESPACE = "aws:RequestTag/kubernetes-namespace";
const statement = {
  Effect: "Allow",
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
  Condition: { StringEquals: { "aws:SourceAccount": "111122223333", [NAMESPACE]: "shop" }, Bool: { a: "true" } },
};
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const withCondition = (Condition: object) => policy({ ...statement, Condition });

describe("a policy of IAM", () => {
  const declared = policy(statement);

  it("means the same in whatever order and case IAM gives back what has none", () => {
    const { StringEquals } = statement.Condition;
    for (const live of [
      JSON.stringify({ Statement: statement, Version: "2012-10-17" }, null, 2),
      policy({ ...statement, Action: ["sts:tagsession", "sts:AssumeRole"] }),
      policy({ ...statement, Principal: { Service: ["pods.eks.amazonaws.com"] } }),
      withCondition({
        bool: { A: true },
        stringequals: { [NAMESPACE.toLowerCase()]: ["shop"], "AWS:SourceAccount": "111122223333" },
      }),
      withCondition({
        Bool: { a: ["true"] },
        StringEquals: Object.fromEntries(Object.entries(StringEquals).reverse()),
      }),
    ]) {
      assert.ok(samePolicy(declared, live), live);
    }
    const other = { ...statement, Effect: "Deny", Principal: "*" };
    assert.ok(samePolicy(policy(statement, other), policy({ ...other, Principal: { AWS: "*" } }, statement)));
  });

  it("means something else with another operator, key, value, statement or principal", () => {
    const { Condition, ...unconditional } = statement;
    const { StringEquals, Bool } = Condition;
    for (const live of [
      withCondition({ StringLike: StringEquals, Bool }),
      withCondition({ StringEquals, Bool: { b: "true" } }),
      withCondition({ StringEquals: { ...StringEquals, [NAMESPACE]: "Shop" }, Bool }),
      withCondition({ StringEquals: { ...StringEquals, [NAMESPACE]: ["shop", "store"] }, Bool }),
      policy(unconditional),
      policy(statement, statement),
      policy(),
      "not JSON",
    ]) {
      assert.ok(!samePolicy(declared, live), live);
      assert.ok(!samePolicy(live, declared), live);
    }
    assert.ok(samePolicy("not JSON", "not JSON"));
  });

  it("shows what differs under the names that are declared", () => {
    const [, live] = comparablePolicies(
      declared,
      withCondition({ stringequals: { "AWS:sourceaccount": "1" }, Null: { c: true } }),
    );
    assert.deepEqual((live as { Statement: { Condition: object }[] }).Statement[0]!.Condition, {
      Null: { c: "true" },
      StringEquals: { "aws:SourceAccount": "1" },
    });
  });
});
