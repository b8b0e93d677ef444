import assert from "node:assert/strict";
import type { ResourceState } from "../../../automation/stack/index.ts";
import { definition, revision } from "../../../components/index.ts";
import { FakeAws, iamAnswer, iamError } from "../aws/fakeAws.ts";
import type { FakeApiServer } from "../live/fakeApiServer.ts";
import { ACCOUNT, answerAll, apiServer, CLUSTER, eksAnswer, find, stackOf } from "./ground.ts";

const aws = new FakeAws();
let server: FakeApiServer;
const ROLE = "urn:pulumi:dev::carts-stack::aws:iam/role:Role::carts-role";
const OWNED_BY = { "carts-stack/owner": "organization/shop/blue" };

const resource = (type: string, id: string, outputs: object = {}): ResourceState => ({
  ...{ urn: `urn:pulumi:dev::carts-stack::${type}::x`, type, id, custom: true, inputs: {} },
  outputs: { ...outputs },
});

const rgd = (name: string, annotations: object, status: string, spec: object = definition) =>
  server.put({
    ...{ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", spec },
    metadata: { name, annotations } as never,
    status: { conditions: [{ type: "Ready", status, message: "because" }] },
  });

describe("carts doctor, in the account and of names", () => {
  beforeEach(async () => {
    server = apiServer();
    await Promise.all([server.start(), aws.start()]);
    answerAll(aws);
  });
  afterEach(() => {
    server.stop();
    aws.stop();
    for (const call of Object.keys(aws.answers)) delete aws.answers[call];
    aws.calls.length = 0;
  });
  const config = { clusterName: CLUSTER };
  const of = (id: string, changes: object = {}, resources: readonly ResourceState[] = []) =>
    find(id, { server, clusterName: undefined, stack: stackOf({ ...config, ...changes }, resources) });

  it("knows credentials of another account than the stack's, and refused ones", async () => {
    assert.equal((await of("aws-account")).found, `${ACCOUNT}, as arn:aws:iam::${ACCOUNT}:user/ann`);
    const other = resource("aws:iam/role:Role", "r", { arn: "arn:aws:iam::999999999999:role/r" });
    const elsewhere = await of("aws-account", {}, [other]);
    assert.equal(elsewhere.verdict, "wrong");
    assert.match(elsewhere.found, /the stack is in 999999999999$/);
    aws.answers.GetCallerIdentity = iamError(403, "InvalidClientTokenId");
    assert.deepEqual(
      [(await of("aws-account")).verdict, (await of("aws-account")).found],
      ["wrong", "AWS: InvalidClientTokenId: said so"],
    );
  });

  it("leaves AWS open where Pulumi's provider takes on a role, and looks at no other provider's account", async () => {
    const stack = stackOf(config);
    const assuming = {
      ...stack,
      config: { ...stack.config, "aws:assumeRoles": [{ roleArn: "arn:aws:iam::1:role/r" }] },
    };
    for (const id of ["aws-account", "eks-cluster", "same-cluster", "ack-role", "iam-roles"]) {
      const { verdict, found } = await find(id, { server, stack: assuming });
      assert.equal(verdict, "unknown", id);
      if (id !== "ack-role") assert.match(found, /^not checked: aws:assumeRoles has Pulumi's provider take on a role/);
    }
    assert.deepEqual(aws.calls, []);
    const urn = "urn:pulumi:dev::carts-stack::pulumi:providers:aws::west";
    const provider = {
      ...{ urn, type: "pulumi:providers:aws", id: "1", custom: true, inputs: { region: "us-west-1" } },
    };
    const bound = { ...resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a"), provider: `${urn}::1` };
    const own = {
      ...bound,
      outputs: { associationArn: `arn:aws:eks:us-west-1:${ACCOUNT}:podidentityassociation/c/a` },
    };
    const others = resource("aws:iam/role:Role", "r", { arn: "arn:aws:iam::999999999999:role/r" });
    const resources = [others, provider, own];
    assert.equal((await of("aws-account", {}, resources)).verdict, "ok");
    const inWest = await find("aws-region", { server, region: undefined, stack: stackOf(config, resources) });
    assert.equal(inWest.found, "us-west-1");
  });

  it("asks in the region that is set, and says where none is", async () => {
    assert.equal((await of("aws-region")).found, "us-west-2");
    const none = await find("aws-region", { server, region: undefined, stack: stackOf(config) });
    assert.deepEqual([none.verdict, none.found], ["wrong", "Region is missing"]);
  });

  it("knows an EKS cluster that is not ready, or not there, or about to be made", async () => {
    const at = `GET /clusters/${CLUSTER}`;
    aws.answers[at] = eksAnswer({ status: "FAILED" });
    assert.equal((await of("eks-cluster")).verdict, "wrong");
    aws.answers[at] = { status: 404, error: "ResourceNotFoundException", body: "{}" };
    assert.match((await of("eks-cluster")).found, /^there is no EKS cluster shop in us-west-2$/);
    assert.match(
      (await of("eks-cluster", { createCluster: true })).found,
      /not in us-west-2 yet: `carts up` makes it$/,
    );
    const nameless = await of("eks-cluster", { clusterName: undefined });
    assert.deepEqual(
      [nameless.found, nameless.remedy],
      ["not checked: no EKS cluster is named", "set clusterName in the stack's config"],
    );
    const astray = await of("same-cluster", { context: "elsewhere" });
    assert.equal(astray.remedy, "see the finding api-server");
    const { signal } = new AbortController();
    const { groundOf } = await import("../../../automation/doctor/ground.ts");
    const known = {
      stack: stackOf({ ...config, createCluster: "true" }),
      region: "us-west-2",
      cwd: "/",
      signal,
      patience: 1,
    };
    await assert.rejects(groundOf(known).cluster(), /createCluster is true, and the cluster is not made yet/);
  });

  it("counts IAM roles", async () => {
    const summary = (roles: number) =>
      iamAnswer(
        "GetAccountSummary",
        `<SummaryMap>${[
          ["Roles", roles],
          ["RolesQuota", 1000],
        ]
          .map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`)
          .join("")}</SummaryMap>`,
      );
    for (const [roles, verdict] of [
      [12, "ok"],
      [900, "warn"],
      [1000, "wrong"],
    ] as const) {
      aws.answers.GetAccountSummary = summary(roles);
      assert.deepEqual([(await of("iam-roles")).verdict, (await of("iam-roles")).found], [verdict, `${roles} of 1000`]);
    }
  });

  it("knows whose the RGD is, which, and whether kro serves it", async () => {
    assert.equal((await of("definition")).verdict, "ok");
    assert.match(
      (await of("definition", { createDefinition: false })).found,
      /^createDefinition is false, and there is no/,
    );
    rgd("cartsstack", OWNED_BY, "True");
    const others = await of("definition");
    assert.equal(others.verdict, "wrong");
    assert.match(
      others.found,
      new RegExp(`^made by the stack organization/shop/blue\nrevision ${revision}, this version's\nReady is True$`),
    );
    assert.equal((await of("definition", { createDefinition: "false" })).verdict, "ok");
    const own = resource("kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", "cartsstack");
    assert.equal((await of("definition", {}, [own])).verdict, "ok");
    rgd("cartsstack", OWNED_BY, "True", { ...definition, resources: [] });
    assert.equal((await of("definition", {}, [own])).verdict, "warn");
    rgd("cartsstack", OWNED_BY, "False");
    const broken = await of("definition", {}, [own]);
    assert.equal(broken.verdict, "wrong");
    assert.match(broken.found, /^Ready is False: because$/m);
  });

  it("tells a stack's own names from those of others", async () => {
    aws.answers.GetRole = iamAnswer(
      "GetRole",
      `<Role><RoleName>r</RoleName><Arn>arn:aws:iam::${ACCOUNT}:role/r</Arn></Role>`,
    );
    assert.deepEqual(
      [(await of("name-role")).verdict, (await of("name-role")).found],
      ["wrong", "IAM role shop-carts-dynamo exists"],
    );
    const role = { ...resource("aws:iam/role:Role", "shop-carts-dynamo"), urn: ROLE };
    assert.equal((await of("name-role", {}, [role])).found, "IAM role shop-carts-dynamo: this stack's own");
    assert.equal((await of("name-role", { roleName: "r" })).found, "IAM role r: there, to be used");
    const ofInstance = {
      "kro.run/instance-kind": "CartsStack",
      "kro.run/instance-name": "carts-kro",
      "kro.run/instance-namespace": "default",
    };
    const byAck = { apiVersion: "iam.services.k8s.aws/v1alpha1", kind: "Role", spec: { name: "shop-carts-dynamo" } };
    server.serve(byAck.apiVersion, "Role", "roles");
    server.put({ ...byAck, metadata: { name: "carts-role", namespace: "carts-kro", labels: ofInstance } });
    assert.match((await of("name-role")).found, /the instance's own, which ACK makes$/);
    aws.answers.GetRole = iamError(404, "NoSuchEntity");
    assert.equal((await of("name-role")).found, "IAM role shop-carts-dynamo: free");
    assert.equal((await of("name-role", { roleName: "r" })).verdict, "wrong");

    const instance = { apiVersion: "kro.run/v1alpha1", kind: "CartsStack" };
    server.put({ ...instance, metadata: { name: "blue", namespace: "default", annotations: OWNED_BY } as never });
    const taken = await of("name-instance", { instanceName: "blue" });
    assert.deepEqual(
      [taken.verdict, taken.found],
      ["wrong", "CartsStack default/blue exists, of the stack organization/shop/blue"],
    );
    const own = resource("kubernetes:kro.run/v1alpha1:CartsStack", "default/blue");
    assert.match((await of("name-instance", { instanceName: "blue" }, [own])).found, /this stack's own$/);

    const labels = {
      "kro.run/instance-kind": "CartsStack",
      "kro.run/instance-name": "green",
      "kro.run/instance-namespace": "default",
    };
    const table = {
      apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
      kind: "Table",
      spec: { tableName: "shop-carts-kro" },
    };
    server.put({ ...table, metadata: { name: "carts-table", namespace: "green", labels } });
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableName: "shop-carts-kro" } }) };
    const others = await of("name-table");
    assert.deepEqual(
      [others.verdict, others.found],
      ["wrong", "DynamoDB table shop-carts-kro is another instance's, which kro made for CartsStack default/green"],
    );
    assert.match(
      (await of("name-table", { instanceName: "green", tableName: "shop-carts-kro" })).found,
      /the instance's own$/,
    );
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableName: "shop-carts-new" } }) };
    assert.equal((await of("name-table", { tableName: "shop-carts-new" })).verdict, "warn");
    assert.match(
      (await of("name-table", { tableName: "shop-carts-new", adoptTable: true })).found,
      /there, and taken up$/,
    );
  });
});
