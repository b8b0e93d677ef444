import assert from "node:assert/strict";
import { associationCause, type BegunAssociation } from "../../../../automation/update/causes/association.ts";

const PARENT = "urn:pulumi:dev::p::carts-stack:index:CartsStack::carts";
const TYPE = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const URN = `urn:pulumi:dev::p::carts-stack:index:CartsStack$${TYPE}::carts-association`;
const PROVIDER = "urn:pulumi:dev::p::pulumi:providers:aws";
const begun = (provider: string): BegunAssociation => ({
  urn: URN,
  parent: PARENT,
  provider: `${provider}::0-1-2`,
  inputs: { clusterName: "c", namespace: "carts-kro", serviceAccount: "carts", roleArn: "arn:own" },
});
const message =
  "creating EKS Pod Identity Association: operation error EKS: CreatePodIdentityAssociation, https response error StatusCode: 409, ResourceInUseException: Association already exists: a-0123456789abcdefg";
const found = {
  associationId: "a-0123456789abcdefg",
  roleArn: "arn:aws:iam::1:role/path/terraform",
  createdAt: new Date("2026-11-01T10:00:00Z"),
};
const causeOf = (
  errors = [{ urn: URN, message }],
  provider = `${PROVIDER}::default_7_48_0`,
  answer = async () => found,
) =>
  associationCause(errors, [{ urn: URN, new: begun(provider) as never }], "dev", async (_, key) => {
    assert.deepEqual(key, ["c", "carts-kro", "carts"]);
    return answer();
  });

describe("the cause of an association that is there already", () => {
  it("names it, its role and the two ways on", async () => {
    const { name, object, message: text } = (await causeOf())!;
    assert.deepEqual([name, object], ["already-exists", `${TYPE} carts-association`]);
    const [why, ...commands] = text.split("\n");
    assert.match(
      why!,
      /carts-kro\/carts of cluster c already: a-0123456789abcdefg, with the role terraform, made 2026-11-01/,
    );
    assert.deepEqual(commands, [
      "  aws eks delete-pod-identity-association --cluster-name c --association-id a-0123456789abcdefg",
      `  pulumi import ${TYPE} carts-association c,a-0123456789abcdefg --parent 'carts=${PARENT}' --protect=false --generate-code=false --stack dev`,
    ]);
  });

  it("has the import use the provider that the program gives", async () => {
    assert.match(
      (await causeOf(undefined, `${PROVIDER}::mine`))!.message,
      /--provider 'mine=urn:pulumi:dev::p::pulumi:providers:aws::mine' /,
    );
  });

  it("is none of another error, or where EKS tells no more", async () => {
    assert.equal(await causeOf([{ urn: URN, message: "AccessDenied" }]), undefined);
    assert.equal(await causeOf([{ urn: PARENT, message }]), undefined);
    assert.equal(await causeOf(undefined, undefined, () => Promise.reject(new Error("HTTP 403"))), undefined);
  });
});
