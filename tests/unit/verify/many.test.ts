import assert from "node:assert/strict";
import { readState } from "../../../automation/stack/index.ts";
import { checksOf } from "../../../automation/verify/checks/all.ts";
import { expectedOf } from "../../../automation/verify/expected.ts";
import { findRoleUsers, observe } from "../../../automation/verify/observe.ts";
import { awsClient } from "../../../packages/aws/index.ts";
import { clusterClient } from "../../../packages/live/index.ts";
import { FakeAws, iamAnswer } from "../aws/fakeAws.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const TABLES = "dynamodb.services.k8s.aws/v1alpha1";
const metadata = { name: "${schema.metadata.name}" };
const template = (apiVersion: string, kind: string, spec: object) => ({ apiVersion, kind, metadata, spec });
const labels = { shop: "${schema.metadata.name}" };
const RGD = {
  apiVersion: "kro.run/v1alpha1",
  kind: "ResourceGraphDefinition",
  metadata: { name: "shops" },
  spec: {
    schema: { apiVersion: "v1", kind: "Shop", group: "shop.example.com", spec: { text: "string" } },
    resources: [
      { id: "table", template: template(TABLES, "Table", { tableName: "${schema.metadata.name}" }) },
      {
        id: "workload",
        template: template("apps/v1", "Deployment", {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { serviceAccountName: "carts", containers: [{ name: "shop", image: "shop:1" }] },
          },
        }),
      },
      { id: "door", template: template("v1", "Service", { selector: labels, ports: [{ port: 80 }] }) },
    ],
  },
};
const PROVIDER = "urn:pulumi:dev::p::pulumi:providers:kubernetes::own";
const resource = (type: string, name: string, id: string, inputs: Readonly<Record<string, unknown>>) => ({
  ...{ urn: `urn:pulumi:dev::p::${type}::${name}`, type, id, inputs },
  ...{ custom: true, provider: `${PROVIDER}::1` },
});

/** A stack of so many instances, each with a role, a policy and an association of its own. */
function stackOf(count: number) {
  const resources = Array.from({ length: count }, (_, i) => {
    const roleArn = `arn:aws:iam::111122223333:role/r-${i}`;
    const association = { clusterName: "c", namespace: `ns-${i}`, serviceAccount: "carts", roleArn };
    const instance = {
      apiVersion: "shop.example.com/v1",
      kind: "Shop",
      metadata: { name: `shop-${i}`, namespace: `ns-${i}` },
    };
    return [
      resource("aws:iam/role:Role", `role-${i}`, `r-${i}`, { assumeRolePolicy: "{}" }),
      resource("aws:iam/rolePolicy:RolePolicy", `policy-${i}`, `r-${i}:p`, { policy: "{}" }),
      resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", `association-${i}`, `a-${i}`, association),
      resource("kubernetes:shop.example.com/v1:Shop", `shop-${i}`, `ns-${i}/shop-${i}`, {
        ...instance,
        spec: { text: "x" },
      }),
    ];
  });
  const definition = resource("kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", "shops", "shops", RGD);
  return readState({ resources: [definition, ...resources.flat()] }, "p", "dev");
}

describe("verify of many instances", () => {
  const { signal } = new AbortController();
  let server: FakeApiServer;
  let aws: FakeAws;

  before(async () => {
    aws = new FakeAws();
    await aws.start();
  });
  after(() => aws.stop());
  beforeEach(() => {
    server = new FakeApiServer();
    aws.calls.length = 0;
  });
  afterEach(() => server.stop());

  /** How many requests a look at a stack of so many instances takes: of the API server, and of AWS. */
  async function asked(count: number) {
    const cluster = clusterClient(await server.start(), signal);
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.serve("shop.example.com/v1", "Shop", "shops");
    server.serve(TABLES, "Table", "tables");
    server.serve("apps/v1", "Deployment", "deployments");
    server.serve("v1", "Service", "services");
    server.serve("v1", "Pod", "pods");
    server.serve("discovery.k8s.io/v1", "EndpointSlice", "endpointslices");
    server.put(RGD);
    const path = "GET /clusters/c/pod-identity-associations";
    const associations = Array.from({ length: count }, (_, i) => ({
      ...{ associationId: `a-${i}`, namespace: `ns-${i}`, serviceAccount: "carts" },
      roleArn: `arn:aws:iam::111122223333:role/r-${i}`,
    }));
    for (let from = 0; from < count; from += 100) {
      const more = from + 100 < count ? { nextToken: `${from + 100}` } : {};
      const page = { associations: associations.slice(from, from + 100), ...more };
      aws.answers[from === 0 ? path : `${path}?nextToken=${from}`] = { body: JSON.stringify(page) };
    }
    for (const association of associations) {
      aws.answers[`${path}/${association.associationId}`] = { body: JSON.stringify({ association }) };
    }
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableStatus: "ACTIVE" } }) };
    aws.answers.GetRole = iamAnswer(
      "GetRole",
      "<Role><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></Role>",
    );
    aws.answers.GetRolePolicy = iamAnswer("GetRolePolicy", "<PolicyDocument>%7B%7D</PolicyDocument>");
    const stack = stackOf(count);
    const expected = await expectedOf(stack, []);
    const client = awsClient({ region: "eu-north-1", accessKey: "A", secretKey: "s" }, signal);
    const observation = await observe(stack, expected, { cluster, aws: client, users: findRoleUsers(stack, client) });
    assert.equal(observation.instances.length, count);
    assert.deepEqual(
      observation.associations.map(({ live }) => (live as { associationId: string }).associationId),
      stack.resources.filter(({ type }) => type.includes("Association")).map(({ id }) => id),
    );
    return {
      checks: checksOf(observation, expected, []),
      kubernetes: server.requests.length,
      aws: aws.calls.length,
      connections: server.connections,
    };
  }

  it("asks as often for each of them, and has as few connections", async () => {
    const few = await asked(20);
    server.stop();
    server = new FakeApiServer();
    aws.calls.length = 0;
    const many = await asked(300);
    assert.ok(many.kubernetes / 300 <= few.kubernetes / 20, `${few.kubernetes}, then ${many.kubernetes}`);
    assert.ok(many.aws / 300 <= few.aws / 20, `${few.aws}, then ${many.aws}`);
    assert.ok(many.aws <= 4 * 300 + 10, `${many.aws}`);
    assert.ok(many.connections <= 8 && aws.most <= 4 * 10, `${many.connections}, ${aws.most}`);
    assert.equal(many.checks.filter(({ id }) => id === "pod-credentials").length, 300);
  });
});
