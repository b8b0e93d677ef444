import assert from "node:assert/strict";
import { awsClient } from "../../../packages/aws/awsClient.ts";
import { ApiError } from "../../../packages/live/apiError.ts";
import { FakeAws, iamAnswer, iamError } from "./fakeAws.ts";

const SETTINGS = { region: "eu-north-1", accessKey: "AKIDPROVIDER", secretKey: "s" };

describe("the client of AWS", () => {
  const { signal } = new AbortController();
  let aws: FakeAws;

  beforeEach(async () => {
    aws = new FakeAws();
    await aws.start();
  });
  afterEach(() => aws.stop());

  it("asks with the region and the keys of the stack's provider, and else with those of the environment", async () => {
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableStatus: "ACTIVE" } }) };
    assert.equal((await awsClient(SETTINGS, signal).table("t"))?.TableStatus, "ACTIVE");
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "AKIDENV",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_DEFAULT_REGION: "eu-west-3",
    });
    await awsClient({}, signal).table("t");
    const scopes = aws.calls.map(({ scope }) => scope.replace(/\/\d{8}\//, " "));
    assert.deepEqual(scopes, ["AKIDPROVIDER eu-north-1/dynamodb", "AKIDENV eu-west-3/dynamodb"]);
  });

  it("gives policies as JSON", async () => {
    const document = encodeURIComponent('{"Version":"2012-10-17"}');
    aws.answers.GetRole = iamAnswer(
      "GetRole",
      `<Role><RoleName>r</RoleName><AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument></Role>`,
    );
    aws.answers.GetRolePolicy = iamAnswer("GetRolePolicy", `<PolicyDocument>${document}</PolicyDocument>`);
    const client = awsClient(SETTINGS, signal);
    assert.equal((await client.role("r"))?.AssumeRolePolicyDocument, '{"Version":"2012-10-17"}');
    assert.equal(await client.rolePolicy("r", "p"), '{"Version":"2012-10-17"}');
  });

  it("counts the items of a table, and lists the policies of a role, page by page", async () => {
    const client = awsClient(SETTINGS, signal);
    aws.answers.Scan = { body: JSON.stringify({ Count: 3 }) };
    assert.equal(await client.countItems("t"), 3);
    aws.answers.Scan = { status: 400, body: JSON.stringify({ __type: "ResourceNotFoundException" }) };
    assert.equal(await client.countItems("t"), undefined);
    const attached = (arns: readonly string[]) =>
      arns.map((arn) => `<member><PolicyName>p</PolicyName><PolicyArn>${arn}</PolicyArn></member>`).join("");
    aws.answers.ListAttachedRolePolicies = iamAnswer(
      "ListAttachedRolePolicies",
      `<AttachedPolicies>${attached(["arn:a", "arn:b"])}</AttachedPolicies><IsTruncated>false</IsTruncated>`,
    );
    assert.deepEqual(await client.attachedPolicies("r"), ["arn:a", "arn:b"]);
    aws.answers.ListAttachedRolePolicies = iamError(404, "NoSuchEntity");
    assert.equal(await client.attachedPolicies("r"), undefined);
  });

  it("finds all associations of a cluster, page by page, but one that goes meanwhile", async () => {
    const path = "GET /clusters/c/pod-identity-associations";
    const ids = Array.from({ length: 12 }, (_, i) => `a-${i}`);
    const page = (from: number, to: number, more: object) => ({
      body: JSON.stringify({ associations: ids.slice(from, to).map((associationId) => ({ associationId })), ...more }),
    });
    aws.answers[path] = page(0, 11, { nextToken: "t" });
    aws.answers[`${path}?nextToken=t`] = page(11, 12, {});
    for (const associationId of ids) {
      aws.answers[`${path}/${associationId}`] = { body: JSON.stringify({ association: { associationId } }) };
    }
    aws.answers[`${path}/a-3`] = { status: 404, body: "{}", error: "ResourceNotFoundException" };
    const found = await awsClient(SETTINGS, signal).associations("c");
    assert.deepEqual(
      found.map(({ associationId }) => associationId),
      ids.filter((id) => id !== "a-3"),
    );
  });

  it("asks only for the associations that are wanted, by what the list tells", async () => {
    const path = "GET /clusters/c/pod-identity-associations";
    const listed = ["a", "b", "c"].map((namespace) => ({ associationId: `a-${namespace}`, namespace }));
    aws.answers[path] = { body: JSON.stringify({ associations: listed }) };
    aws.answers[`${path}/a-b`] = { body: JSON.stringify({ association: listed[1] }) };
    const found = await awsClient(SETTINGS, signal).associations("c", ({ namespace }) => namespace === "b");
    assert.deepEqual([found, aws.calls.length], [[listed[1]], 2]);
  });

  it("asks few things at a time, each with its time from when it is asked", async () => {
    aws.delay = 30;
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableStatus: "ACTIVE" } }) };
    const limits = { attempts: 1, connect: 1, request: 1, call: 0.5 };
    const client = awsClient(SETTINGS, signal, limits);
    await client.table("t");
    await Promise.all(Array.from({ length: 300 }, () => client.table("t")));
    assert.ok(aws.most <= 10, `${aws.most} at a time`);
  });

  it("asks a service no more that answers nothing, of all that waits for it, and another still", async () => {
    aws.answers.GetRole = "never";
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableStatus: "ACTIVE" } }) };
    const client = awsClient(SETTINGS, signal, { attempts: 1, connect: 1, request: 10, call: 2 });
    const roles = Array.from({ length: 100 }, () => client.role("r"));
    const tables = Array.from({ length: 100 }, () => client.table("t"));
    for (const { status } of await Promise.allSettled(roles)) assert.equal(status, "rejected");
    await Promise.all(tables);
    assert.equal(aws.calls.filter(({ call }) => call === "GetRole").length, 10);
    aws.answers.GetRole = iamError(404, "NoSuchEntity");
    assert.equal(await client.role("r"), undefined, "what is asked later is asked");
  });

  it("knows nothing of what is not there", async () => {
    aws.answers.GetRole = iamError(404, "NoSuchEntity");
    aws.answers.DescribeTable = { status: 400, body: "{}", error: "ResourceNotFoundException" };
    const client = awsClient(SETTINGS, signal);
    assert.deepEqual([await client.role("r"), await client.table("t")], [undefined, undefined]);
  });

  it("tells a missing permission from everything else that AWS refuses", async () => {
    for (const [answer, status, isForbidden] of [
      [iamError(403, "AccessDenied"), 403, true],
      [iamError(403, "ExpiredToken"), 403, false],
      [iamError(400, "ValidationError"), 400, false],
    ] as const) {
      aws.answers.GetRole = answer;
      await assert.rejects(awsClient(SETTINGS, signal).role("r"), (error) => {
        assert.ok(error instanceof ApiError);
        assert.deepEqual([error.status, error.isForbidden], [status, isForbidden]);
        assert.match(error.message, /^AWS: \w+: said so$/);
        return true;
      });
    }
  });

  it("does not wait for ever for an endpoint that never answers, nor for one that was interrupted", async () => {
    aws.answers.GetRole = "never";
    const limits = { attempts: 2, connect: 1, request: 0.3, call: 20 };
    await assert.rejects(awsClient(SETTINGS, signal, limits).role("r"), /^Error: AWS: TimeoutError/);
    assert.equal(aws.calls.length, 2);
    const late = awsClient(SETTINGS, signal, { ...limits, request: 10, call: 0.1 }).role("r");
    await assert.rejects(late, { message: "AWS did not answer within 0.1 s" });
    const controller = new AbortController();
    const asked = awsClient(SETTINGS, controller.signal).role("r");
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(asked, { message: "interrupted" });
  });
});
