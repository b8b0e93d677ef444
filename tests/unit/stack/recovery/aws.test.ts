import assert from "node:assert/strict";
import { awsLookup } from "../../../../automation/stack/recovery/aws.ts";
import { managed, type ResourceState, readState } from "../../../../automation/stack/state.ts";
import { FakeAws, iamAnswer, iamError } from "../../aws/fakeAws.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const PROVIDER: ResourceState = {
  urn: urn("pulumi:providers:aws", "own"),
  type: "pulumi:providers:aws",
  custom: true,
  id: "1",
  inputs: { region: "eu-north-1", accessKey: "AKIDOWN", secretKey: "s" },
};
const stackOf = (...others: ResourceState[]) => readState({ resources: [PROVIDER, ...others] }, "p", "dev");
const STATE = stackOf();
const resource = (type: string, inputs: object): ResourceState => ({
  urn: urn(type, "x"),
  type,
  custom: true,
  provider: `${PROVIDER.urn}::1`,
  inputs: inputs as ResourceState["inputs"],
});

const lookup = (resource: ResourceState, stack = STATE) => awsLookup(managed(resource), stack);

const POLICY = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["a:b"] }] };
const document = encodeURIComponent(JSON.stringify(POLICY));
const role = resource("aws:iam/role:Role", {
  name: "r",
  assumeRolePolicy: JSON.stringify(POLICY),
  tags: { team: "a" },
});
const ROLE =
  `<Role><RoleName>r</RoleName><Arn>arn:r</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>` +
  `<AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument>` +
  `<Tags><member><Key>team</Key><Value>a</Value></member></Tags></Role>`;

describe("what a killed run made in AWS", () => {
  const { PATH } = process.env;
  let aws: FakeAws;

  beforeEach(async () => {
    aws = new FakeAws();
    await aws.start();
    // There is no AWS CLI.
    process.env.PATH = "/nowhere";
  });
  afterEach(() => {
    process.env.PATH = PATH;
    aws.stop();
  });

  it("is a role, as it is declared, asked for with the resource's own provider", async () => {
    aws.answers.GetRole = iamAnswer("GetRole", ROLE);
    const created = new Date("2026-01-01T00:00:00Z");
    assert.deepEqual(await lookup(role), { id: "r", fingerprint: "arn:r", created, differs: [] });
    assert.match(aws.calls[0]!.scope, /^AKIDOWN\/\d+\/eu-north-1\/iam$/);
    const rewritten = JSON.stringify({ Statement: { Action: "A:b", Effect: "Allow" }, Version: POLICY.Version });
    aws.answers.GetRole = iamAnswer("GetRole", ROLE.replace(document, encodeURIComponent(rewritten)));
    assert.deepEqual((await lookup(role))!.differs, [], "what it means is the same");
  });

  it("differs where it is not as it is declared", async () => {
    aws.answers.GetRole = iamAnswer("GetRole", ROLE.replace("a%3Ab", "a%3Ac").replace("<Value>a", "<Value>b"));
    assert.deepEqual((await lookup(role))!.differs, ["assumeRolePolicy", "tags"]);
  });

  it("is a policy of the stack's own role", async () => {
    aws.answers.GetRolePolicy = iamAnswer("GetRolePolicy", `<PolicyDocument>${document}</PolicyDocument>`);
    const policy = resource("aws:iam/rolePolicy:RolePolicy", { role: "r", name: "p", policy: JSON.stringify(POLICY) });
    const own = { ...role, id: "r" };
    const found = await lookup(policy, stackOf(own));
    assert.deepEqual([found!.id, found!.differs], ["r:p", []]);
    assert.equal((await lookup(policy))!.differs.length, 1);
  });

  it("is an association", async () => {
    const found = { associationId: "a-1", associationArn: "arn:a", roleArn: "arn:r", createdAt: 1767225600, tags: {} };
    const query = "namespace=shop&serviceAccount=carts";
    const list = `GET /clusters/c/pod-identity-associations?${query}`;
    aws.answers[list] = { body: JSON.stringify({ associations: [found] }) };
    aws.answers["GET /clusters/c/pod-identity-associations/a-1"] = { body: JSON.stringify({ association: found }) };
    const inputs = { clusterName: "c", namespace: "shop", serviceAccount: "carts", roleArn: "arn:r" };
    const association = resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", inputs);
    const created = new Date("2026-01-01T00:00:00Z");
    assert.deepEqual(await lookup(association), { id: "c,a-1", fingerprint: "arn:a", created, differs: [] });
    assert.match(aws.calls[0]!.scope, /^AKIDOWN\/\d+\/eu-north-1\/eks$/);
  });

  it("is nothing where AWS has no such thing, and unknown where it does not say", async () => {
    aws.answers.GetRole = iamError(404, "NoSuchEntity");
    assert.equal(await lookup(role), undefined);
    aws.answers.GetRole = iamError(403, "AccessDenied");
    await assert.rejects(lookup(role), {
      message: "aws:iam/role:Role x can't be looked up: AWS: AccessDenied: said so",
    });
  });
});
