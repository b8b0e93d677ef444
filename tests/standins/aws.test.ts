import assert from "node:assert/strict";
import { AwsProvider } from "../../sandbox/standins/aws/awsProvider.ts";
import { equivalentPolicies, normalizePolicy } from "../../sandbox/standins/aws/policyDocument.ts";
import { readProviderConfig, refusedKeys } from "../../sandbox/standins/aws/providerConfig.ts";
import { type Properties, unknownValue } from "../../sandbox/standins/plugin/values.ts";
import { FakeAws } from "./fakeAws.ts";

const trust = (actions: string | string[]) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: actions }],
});
const roleType = "aws:iam/role:Role";
const associationType = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const request = (type: string) => ({
  urn: `urn:pulumi:s::p::${type}::r`,
  type,
  name: "r",
  signal: new AbortController().signal,
});

describe("the stand-in aws plugin", () => {
  const aws = new FakeAws();
  const provider = new AwsProvider();
  const impatient = new AwsProvider({ propagationMilliseconds: 1_000 });
  let endpoint = "";
  const args = (more: Properties = {}): Properties => {
    const endpoints = JSON.stringify([{ iam: endpoint, eks: endpoint, sts: endpoint }]);
    return { region: "us-west-2", accessKey: "test", secretKey: "test", endpoints, ...more };
  };
  const configure = (target: AwsProvider, more?: Properties) =>
    target.configure({ args: args(more), signal: new AbortController().signal });
  const check = (type: string, inputs: Properties, oldInputs: Properties = {}) =>
    provider.check({ ...request(type), inputs, oldInputs, secrets: [], randomSeed: new Uint8Array([1, 2, 3, 4]) });

  before(async () => {
    endpoint = await aws.start();
    const identity = "<Account>000000000000</Account><Arn>arn:aws:iam::000000000000:root</Arn><UserId>U</UserId>";
    const body = `<GetCallerIdentityResponse><GetCallerIdentityResult>${identity}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
    aws.answer("GetCallerIdentity", { body });
    await configure(provider, { defaultTags: '{"tags":{"team":"store"}}' });
    await configure(impatient);
  });
  after(() => aws.stop());

  describe("config", () => {
    it("refuses an account that is not allowed", async () => {
      await assert.rejects(configure(new AwsProvider(), { allowedAccountIds: '["111111111111"]' }), {
        message: "AWS account ID not allowed: 000000000000",
      });
      await configure(new AwsProvider(), { allowedAccountIds: '["000000000000"]' });
    });

    it("refuses every endpoint off this machine, whatever its service", () => {
      for (const host of ["iam.amazonaws.com", "127.0.0.1.example.com", "10.0.0.1", "localhost.example.com"]) {
        const endpoints = JSON.stringify([{ dynamodb: `https://${host}/` }]);
        assert.throws(
          () => readProviderConfig(args({ endpoints })),
          /^StandInError: stand-in aws plugin: .* is not on this machine/,
          host,
        );
      }
    });

    it("refuses a profile and every setting that it does not know", () => {
      const refused = refusedKeys({ profile: "me", assumeRoles: "[{}]", region: "us-west-2", ignoreTags: "" });
      assert.deepEqual(
        refused.map(({ key }) => key),
        ["profile", "assumeRoles"],
      );
      for (const { reason } of refused) assert.match(reason, /^stand-in aws plugin: /);
    });
  });

  describe("check", () => {
    it("fills in what the official provider fills in, and keeps a generated name", async () => {
      const { inputs, failures } = await check(roleType, { assumeRolePolicy: trust("sts:AssumeRole"), tags: { a: 1 } });
      assert.deepEqual(failures, []);
      assert.deepEqual(inputs, {
        __defaults: ["forceDetachPolicies", "maxSessionDuration", "name", "path"],
        assumeRolePolicy: JSON.stringify(trust("sts:AssumeRole")),
        forceDetachPolicies: false,
        maxSessionDuration: 3600,
        name: "r-0102030",
        path: "/",
        tags: { a: "1" },
        tagsAll: { a: "1", team: "store" },
      });
      const old = { ...inputs, name: "r-fffffff" };
      assert.equal((await check(roleType, { assumeRolePolicy: "{}" }, old)).inputs.name, "r-fffffff");
      const given = { ...old, __defaults: [] };
      assert.equal((await check(roleType, { assumeRolePolicy: "{}" }, given)).inputs.name, "r-0102030");
    });

    it("says what is missing, malformed or not implemented", async () => {
      const bad = { name: "a/b", maxSessionDuration: 60, managedPolicyArns: ["x"], colour: "red" };
      const { failures = [] } = await check(roleType, bad);
      const text = failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n");
      assert.match(text, /^assumeRolePolicy: Missing required argument/m);
      assert.match(text, /^name: /m);
      assert.match(text, /^maxSessionDuration: .*3600 to 43200/m);
      assert.match(text, /^managedPolicyArns: stand-in aws plugin: .* is not implemented/m);
      assert.match(text, /^colour: stand-in aws plugin: .* is not a property of this type/m);
    });

    it("refuses other resource types and functions", async () => {
      await assert.rejects(
        check("aws:s3/bucket:Bucket", {}),
        /^StandInError: stand-in aws plugin: the resource type aws:s3/,
      );
      const token = "aws:index/getAvailabilityZones:getAvailabilityZones";
      const { signal } = request("");
      await assert.rejects(
        provider.invoke({ token, args: {}, preview: false, signal }),
        /stand-in aws plugin: the function/,
      );
    });
  });

  describe("diff", () => {
    const outputs = { name: "r", path: "/", maxSessionDuration: 3600, tags: {}, tagsAll: { team: "store" } };
    const base = { name: "r", path: "/", maxSessionDuration: 3600, tagsAll: { team: "store" }, __defaults: [] };
    const diff = (inputs: Properties, oldOutputs: Properties) =>
      provider.diff({ ...request(roleType), id: "r", inputs, oldInputs: base, oldOutputs, ignoreChanges: [] });

    it("is empty for a policy that is only written differently", async () => {
      const before = normalizePolicy(JSON.stringify(trust(["sts:AssumeRole", "sts:TagSession"])), {
        versionFirst: false,
      });
      const after = JSON.stringify(trust(["sts:TagSession", "sts:AssumeRole"]), null, 2);
      const { changes } = await diff({ ...base, assumeRolePolicy: after }, { ...outputs, assumeRolePolicy: before });
      assert.deepEqual(changes, []);
    });

    it("sees drift in what the program leaves out", async () => {
      const { changes } = await diff(base, { ...outputs, description: "drifted", arn: "changed" });
      assert.deepEqual(
        changes.map(({ path, kind }) => [path, kind]),
        [[["description"], "delete"]],
      );
    });

    it("replaces for a new path, and deletes first when the name is the program's", async () => {
      const moved = { ...base, path: "/team/" };
      const { changes, deleteBeforeReplace } = await diff(moved, outputs);
      assert.deepEqual(
        changes.map(({ path, replace }) => [path, replace]),
        [[["path"], true]],
      );
      assert.equal(deleteBeforeReplace, true);
      assert.equal((await diff({ ...moved, __defaults: ["name"] }, outputs)).deleteBeforeReplace, false);
    });
  });

  describe("a Pod Identity association", () => {
    const path = "/clusters/c/pod-identity-associations";
    const roleArn = "arn:aws:iam::000000000000:role/r";
    const inputs = { clusterName: "c", namespace: "n", serviceAccount: "s", roleArn, disableSessionTags: false };
    const create = (preview = false, by = provider) =>
      by.create({ ...request(associationType), inputs, secrets: [], preview });
    const failure = (errorCode: string, message: string) => ({
      status: 400,
      errorCode,
      body: JSON.stringify({ message }),
    });
    const association = {
      associationId: "a-1",
      associationArn: "arn:aws:eks:us-west-2:000000000000:podidentityassociation/c/a-1",
    };

    it("has no id in a preview, and nothing is created", async () => {
      aws.calls.length = 0;
      const { outputs } = await create(true);
      assert.deepEqual([outputs.id, outputs.associationArn, outputs.region], [unknownValue, unknownValue, "us-west-2"]);
      assert.deepEqual(aws.calls, []);
    });

    it("waits until EKS knows the role", async () => {
      const missing = failure("InvalidParameterException", "Role provided in the request does not exist.");
      aws.answer(`POST ${path}`, missing, missing, { body: JSON.stringify({ association }) });
      aws.calls.length = 0;
      const { id, outputs } = await create();
      assert.deepEqual([id, outputs.associationId, aws.calls.length], ["a-1", "a-1", 3]);
    });

    it("gives up after the propagation time, and at once on another error", async () => {
      aws.answer(`POST ${path}`, failure("InvalidParameterException", "Role provided in the request does not exist."));
      await assert.rejects(
        create(false, impatient),
        /creating EKS Pod Identity Association: .*InvalidParameterException: Role provided/,
      );
      aws.answer(`POST ${path}`, failure("ResourceInUseException", "Association already exists: a-9"));
      await assert.rejects(create(), /StatusCode: 400, .*ResourceInUseException: Association already exists: a-9/);
    });

    it("outlasts an API that fails, and words a refusal as the official provider does", async () => {
      const broken = { ...failure("ServerException", "Internal"), status: 500 };
      aws.answer(`POST ${path}`, broken, broken, broken, broken, { body: JSON.stringify({ association }) });
      assert.equal((await create()).id, "a-1");
      const detail = "User: u is not authorized to perform: iam:CreateRole on resource: r";
      const error = `<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${detail}</Message></Error>`;
      aws.answer("CreateRole", {
        status: 403,
        body: `<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>`,
      });
      const roleInputs = { name: "r", path: "/", assumeRolePolicy: "{}", maxSessionDuration: 3600 };
      await assert.rejects(
        provider.create({ ...request(roleType), inputs: roleInputs, secrets: [], preview: false }),
        /^Error: creating IAM Role \(r\): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: .*, api error AccessDenied: User: u is not/,
      );
    });

    it("is imported by cluster and id, gone when not found, and deleted when already gone", async () => {
      const live = { ...association, ...inputs, tags: { team: "store", own: "1", "aws:x": "y" } };
      aws.answer(`GET ${path}/a-1`, { body: JSON.stringify({ association: live }) });
      const read = { ...request(associationType), oldInputs: {}, oldOutputs: {}, secrets: [] };
      const found = await provider.read({ ...read, id: "c,a-1" });
      assert.equal(found?.id, "a-1");
      assert.deepEqual([found.outputs.tags, found.outputs.tagsAll], [{ own: "1" }, { own: "1", team: "store" }]);
      assert.equal(found.inputs.roleArn, roleArn);
      await assert.rejects(provider.read({ ...read, id: "a-1" }), /use: 'cluster-name,association-id'/);

      const gone = { ...failure("ResourceNotFoundException", "No association"), status: 404 };
      aws.answer(`GET ${path}/a-2`, gone);
      aws.answer(`DELETE ${path}/a-2`, gone);
      assert.equal(await provider.read({ ...read, id: "c,a-2" }), undefined);
      await provider.delete({
        ...request(associationType),
        id: "a-2",
        oldInputs: {},
        oldOutputs: { clusterName: "c" },
      });
    });
  });

  describe("policy documents", () => {
    const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: statement });

    it("mean the same whatever the order, the spaces and the lists of one", () => {
      const one = policy([{ Effect: "Allow", Action: ["a:B"], Resource: "*", Principal: { AWS: "123456789012" } }]);
      const other = policy({
        Principal: { AWS: ["arn:aws:iam::123456789012:root"] },
        Resource: ["*"],
        Action: "a:B",
        Effect: "Allow",
      });
      assert.ok(equivalentPolicies(one, other));
      assert.ok(!equivalentPolicies(one, one.replace("Allow", "Deny")));
      assert.ok(!equivalentPolicies(one, "not JSON"));
    });

    it("are kept compact and sorted, an inline policy with its version first", () => {
      const document = '{ "Version": "2012-10-17", "Statement": [], "Id": "x" }';
      assert.equal(
        normalizePolicy(document, { versionFirst: false }),
        '{"Id":"x","Statement":[],"Version":"2012-10-17"}',
      );
      assert.equal(
        normalizePolicy(document, { versionFirst: true }),
        '{"Version":"2012-10-17","Id":"x","Statement":[]}',
      );
    });
  });
});
