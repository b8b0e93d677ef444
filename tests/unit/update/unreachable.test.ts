import assert from "node:assert/strict";
import { type ResourceState, readState } from "../../../automation/stack/state.ts";
import { pulumiCause } from "../../../automation/update/causes/pulumi.ts";
import { closing } from "../../../automation/update/closing.ts";
import { leftBehind, leftLines } from "../../../automation/update/leftBehind.ts";
import { explainUnreachable } from "../../../automation/update/unreachable.ts";
import { FakeAws } from "../aws/fakeAws.ts";
import { FAILED } from "./failedReport.ts";

const PROVIDER = "urn:pulumi:dev::p::pulumi:providers:aws::aws";
const NOT_FOUND = { status: 404, body: "{}", error: "ResourceNotFoundException" };
const SAID =
  'Pulumi can\'t bring about it: configured Kubernetes cluster is unreachable. If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true".';
const CALLER =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>1111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

const UNHANDLED = "Running program 'index.ts' failed with an unhandled exception:\n";

const resource = (type: string, id: string, others: Partial<ResourceState>): ResourceState => ({
  ...{ urn: `urn:pulumi:dev::p::${type}::${id}`, type, id, custom: true },
  ...others,
});
const provider = {
  ...{ urn: PROVIDER, type: "pulumi:providers:aws", id: "1", custom: true },
  inputs: { region: "eu-north-1", accessKey: "AKID", secretKey: "s" },
};
const association = resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "shop,a-1", {
  provider: `${PROVIDER}::1`,
  inputs: { clusterName: "shop" },
  outputs: { associationArn: "arn:aws:eks:eu-north-1:1111:podidentityassociation/shop/a-1" },
});
const instance = (tableOnDestroy: string) =>
  resource("kubernetes:kro.run/v1alpha1:CartsStack", "default/carts", {
    inputs: { metadata: { name: "carts", namespace: "default" }, spec: { tableName: "shop-carts", tableOnDestroy } },
  });
const stackOf = (...resources: ResourceState[]) => readState({ resources: [provider, ...resources] }, "p", "dev");
const explain = (command: "up" | "destroy", ...resources: ResourceState[]) =>
  explainUnreachable({ name: "unreachable", object: "carts", message: SAID }, command, stackOf(...resources), "dev");

describe("a cluster that is not reached", () => {
  let aws: FakeAws;

  beforeEach(async () => {
    aws = new FakeAws();
    await aws.start();
    aws.answers.GetCallerIdentity = { body: CALLER };
  });
  afterEach(() => aws.stop());

  it("is away for the moment where EKS has it: nothing is to be forgotten", async () => {
    aws.answers["GET /clusters/shop"] = { body: JSON.stringify({ cluster: { status: "ACTIVE" } }) };
    const { name, message } = await explain("destroy", association, instance("delete"));
    assert.equal(name, "unreachable");
    assert.match(message, /is unreachable\. The EKS cluster shop is there \(ACTIVE\)\. Run this again when its API/);
    assert.match(message, /PULUMI_K8S_DELETE_UNREACHABLE, of which Pulumi tells, is for a cluster that is gone/);
    assert.doesNotMatch(message, /rerunning/);
  });

  it("is gone where EKS, asked as the stack's own provider asks, does not know it", async () => {
    aws.answers["GET /clusters/shop"] = NOT_FOUND;
    const { name, object, message } = await explain("destroy", association, instance("delete"));
    assert.deepEqual([name, object], ["cluster-gone", "EKS cluster shop"]);
    assert.match(message, /what this stack had in it: CartsStack default\/carts\./);
    assert.match(message, /`PULUMI_K8S_DELETE_UNREACHABLE=true carts destroy --stack dev`/);
    assert.match(
      message,
      /table shop-carts did not go with it, and nothing deletes it any more, though tableOnDestroy/,
    );
    assert.match(message, /`aws dynamodb delete-table --table-name shop-carts`/);
    assert.match(aws.calls[0]!.scope, /^AKID\/.*\/eu-north-1\//);
  });

  it("is not taken for gone where that can't be known: another account, a denial, no association", async () => {
    aws.answers["GET /clusters/shop"] = NOT_FOUND;
    aws.answers.GetCallerIdentity = { body: CALLER.replace("1111", "2222") };
    const other = await explain("destroy", association);
    assert.equal(other.name, "unreachable");
    assert.match(other.message, /can't be told: these are credentials for the account 2222, and it was in 1111\./);
    aws.answers["GET /clusters/shop"] = { status: 403, body: "{}", error: "AccessDeniedException" };
    const denied = await explain("up", association);
    assert.match(denied.message, /Whether the EKS cluster shop is still there can't be told: AWS: AccessDenied/);
    assert.equal((await explain("destroy", instance("retain"))).name, "unreachable");
  });

  it("is explained in the last line also where the program itself came to it", async () => {
    const cause = pulumiCause([{ urn: undefined, message: `${UNHANDLED}Error: ${SAID}\n    at main` }])!;
    assert.equal(cause.name, "unreachable");
    aws.answers["GET /clusters/shop"] = { body: JSON.stringify({ cluster: { status: "ACTIVE" } }) };
    for (const resources of [[association], []]) {
      const explained = await explainUnreachable(cause, "up", stackOf(...resources), "dev");
      assert.match(closing({ ...FAILED, cause: explained }), /Run this again when its API server answers\.$/);
    }
  });

  it("leaves the table, which is named, and not one that is going", async () => {
    const before = stackOf(association, instance("delete"));
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableStatus: "ACTIVE" } }) };
    const none = stackOf();
    const left = await leftBehind(before, none, [], assert.fail);
    assert.deepEqual(left, [{ kind: "DynamoDB table", name: "shop-carts" }]);
    assert.match(leftLines(left, true).join(), /shop-carts stays, with its items: `aws dynamodb delete-table /);
    const failed = await leftBehind(before, before, [], assert.fail);
    assert.deepEqual(leftLines(failed, false), [
      "left behind: DynamoDB table shop-carts, PodIdentityAssociation shop,a-1, CartsStack default/carts",
    ]);
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableStatus: "DELETING" } }) };
    assert.deepEqual(await leftBehind(before, none, [], assert.fail), []);
  });
});
