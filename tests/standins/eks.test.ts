import assert from "node:assert/strict";
import { review } from "../../sandbox/authenticator/tokenReview.ts";
import { AwsProvider } from "../../sandbox/standins/aws/awsProvider.ts";
import { checkInputs } from "../../sandbox/standins/eks/clusterInputs.ts";
import { EksProvider } from "../../sandbox/standins/eks/eksProvider.ts";
import type { Properties } from "../../sandbox/standins/plugin/values.ts";
import { FakeAws } from "./fakeAws.ts";

const autoMode = { enabled: true, createNodeRole: true };

describe("the stand-in eks plugin", () => {
  it("takes a cluster in Auto Mode, and what CartsCluster says of it", () => {
    const inputs = { name: "shop", endpointPublicAccess: true, enabledClusterLogTypes: ["audit"], version: undefined };
    const { version: _, ...given } = inputs;
    assert.deepEqual(checkInputs({ authenticationMode: "API", autoMode, ...inputs }), given);
  });

  it("refuses everything else by name, before anything is declared", async () => {
    const refused = (inputs: object, says: RegExp) => assert.throws(() => checkInputs(inputs), says);
    const right = { authenticationMode: "API", autoMode };
    refused(
      { ...right, fargate: true, vpcId: "vpc-1" },
      /^Error: stand-in eks plugin: .*fargate, vpcId is not implemented/,
    );
    refused({ autoMode }, /authenticationMode undefined is not implemented, only API/);
    refused({ authenticationMode: "API" }, /autoMode is implemented as \{ enabled: true \}/);
    refused({ ...right, autoMode: { ...autoMode, computeConfig: {} } }, /autoMode is implemented as/);
    await assert.rejects(
      new EksProvider().construct("x", "eks:index:NodeGroup", {}, {}),
      /NodeGroup is not implemented/,
    );
  });
});

describe("a cluster of the stand-in aws plugin", () => {
  const type = "aws:eks/cluster:Cluster";
  const aws = new FakeAws();
  const provider = new AwsProvider();
  const request = { urn: `urn:pulumi:s::p::${type}::c`, type, name: "c", signal: new AbortController().signal };
  const inputs = {
    name: "shop",
    roleArn: "arn:aws:iam::000000000000:role/r",
    bootstrapSelfManagedAddons: false,
    computeConfig: { enabled: true, nodePools: ["system", "general-purpose"] },
    vpcConfig: { subnetIds: ["b", "a"], endpointPublicAccess: true },
  };
  const live = (status: string) => ({
    body: JSON.stringify({
      cluster: {
        name: "shop",
        status,
        roleArn: inputs.roleArn,
        endpoint: "https://127.0.0.1:1",
        computeConfig: {
          enabled: true,
          nodePools: ["general-purpose", "system"],
          nodeRoleArn: "arn:aws:iam::000000000000:role/n",
        },
        resourcesVpcConfig: {
          subnetIds: ["a", "b"],
          endpointPublicAccess: true,
          clusterSecurityGroupId: "sg-1",
          vpcId: "vpc-1",
        },
      },
    }),
  });
  const check = async (given: Properties) =>
    provider.check({ ...request, inputs: given, oldInputs: {}, secrets: [], randomSeed: new Uint8Array([1, 2, 3, 4]) });
  const create = async () => {
    const { inputs: checked } = await check(inputs);
    return provider.create({ ...request, inputs: checked, secrets: [], preview: false });
  };

  before(async () => {
    const endpoint = await aws.start();
    const identity = "<Account>000000000000</Account><Arn>arn:aws:iam::000000000000:root</Arn><UserId>U</UserId>";
    aws.answer("GetCallerIdentity", {
      body: `<GetCallerIdentityResponse><GetCallerIdentityResult>${identity}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    });
    const endpoints = JSON.stringify([{ iam: endpoint, eks: endpoint, sts: endpoint }]);
    const args = { region: "us-west-2", accessKey: "test", secretKey: "test", endpoints };
    await provider.configure({ args, signal: request.signal });
  });
  after(() => aws.stop());

  it("is refused with a field that isn't known, by its path", async () => {
    const { failures = [] } = await check({ ...inputs, vpcConfig: { subnetIds: ["a"], colour: "red" } });
    assert.match(failures[0]!.reason, /"vpcConfig.colour" is not implemented/);
  });

  it("is waited for until it is ACTIVE", async () => {
    aws.answer("POST /clusters", live("CREATING"));
    aws.answer("GET /clusters/shop", live("CREATING"), live("ACTIVE"));
    const { id, outputs } = await create();
    assert.deepEqual([id, outputs.status], ["shop", "ACTIVE"]);
  });

  it("differs in nothing that AWS has chosen, nor in the order of a set", async () => {
    aws.answer("GET /clusters/shop", live("ACTIVE"));
    const { outputs } = await create();
    const { inputs: checked } = await check(inputs);
    const old = { ...request, id: "shop", oldInputs: checked, oldOutputs: outputs, ignoreChanges: [] };
    assert.deepEqual((await provider.diff({ ...old, inputs: checked })).changes, []);
    const moved = { ...checked, vpcConfig: { ...inputs.vpcConfig, subnetIds: ["a", "c"] } };
    assert.deepEqual(
      (await provider.diff({ ...old, inputs: moved })).changes.map(({ path, replace }) => [path.join("."), replace]),
      [["vpcConfig.subnetIds.1", false]],
    );
  });

  it("is in the state when waiting for it fails", async () => {
    aws.answer("GET /clusters/shop", live("FAILED"));
    await assert.rejects(create(), { name: "InitFailedError", id: "shop", message: /unexpected state 'FAILED'/ });
  });
});

describe("the authenticator", () => {
  const ask = (token: string) => ({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } });

  it("says whose a token is, and that another is nobody's", async () => {
    const userOf = async (token: string) => (token === "a" ? { username: "me", groups: ["g"] } : null);
    assert.deepEqual(await review(JSON.stringify(ask("a")), userOf), {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      status: { authenticated: true, user: { username: "me", groups: ["g"] } },
    });
    assert.deepEqual(((await review(JSON.stringify(ask("b")), userOf)) as { status: object }).status, {
      authenticated: false,
    });
  });
});
