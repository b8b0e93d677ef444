import assert from "node:assert/strict";
import { join } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { V1Pod } from "@kubernetes/client-node";
import { API_VERSION, DEFINITION_NAME, definitionOf, KIND } from "../../components/index.ts";
import { hasCredentials, isReady } from "./awkwardSandbox.ts";
import * as aws from "./aws.ts";
import { CARTS_CALLS, OTHER_CALLS, verdictsOf } from "./iam/calls.ts";
import { CLONE, CLUSTER_NAME as clusterName, story, TestSandbox, until } from "./kit/index.ts";

const sandbox = new TestSandbox("e2e/kubectl", {
  SANDBOX_IDENTITY: "on",
  SANDBOX_LAGS: "short",
  SANDBOX_KRO_REQUEUE_SECONDS: "1",
});
const { apply, get, kubectl } = sandbox.cluster;
const namespace = "carts-kro";
const tableName = `${clusterName}-carts-kro`;
const NOBODYS = `${clusterName}-carts-nobody`;

const definition = {
  apiVersion: "kro.run/v1alpha1",
  kind: "ResourceGraphDefinition",
  metadata: { name: DEFINITION_NAME },
  spec: definitionOf(["ack"]),
};
const instance = {
  apiVersion: API_VERSION,
  kind: KIND,
  metadata: { name: "carts-kro", namespace: "default" },
  spec: { tableName, namespace, tableOnDestroy: "delete", identity: { clusterName } },
};

/** What the account has. */
const inAws = async () => ({
  roles: await aws.roles(),
  associations: await aws.associations(),
  tables: await aws.tables(),
});

/** DynamoDB with the credentials that the containers of the pods get. */
async function dynamodbOf(pod: V1Pod): Promise<DynamoDB> {
  const bound = ["--bound-object-kind=Pod", `--bound-object-name=${pod.metadata!.name}`];
  const token = await kubectl(
    "create",
    "token",
    "carts",
    "-n",
    namespace,
    "--audience=pods.eks.amazonaws.com",
    ...bound,
  );
  const url = new URL("/v1/credentials", sandbox.env.AWS_ENDPOINT_URL);
  const response = await fetch(url, { headers: { authorization: token.trim() } });
  const { AccessKeyId, SecretAccessKey, Token } = (await response.json()) as Record<string, string>;
  const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: Token! };
  return new DynamoDB({ credentials, maxAttempts: 1 });
}

const pods = async () => (await get<{ items: V1Pod[] }>("pods", "-n", namespace))!.items;

const tests = () => {
  let atFirst: Awaited<ReturnType<typeof inAws>>;

  before(async function () {
    this.timeout("90m");
    await sandbox.start();
    const forAws = Object.entries(sandbox.env).filter(([name]) => name.startsWith("AWS_"));
    Object.assign(process.env, Object.fromEntries(forAws));
    atFirst = await inAws();
    // What the docs tell users to apply.
    for (const name of ["kro-permissions", "kro-permissions-identity"]) {
      await kubectl("apply", "-f", join(CLONE, "docs", `${name}.yaml`));
    }
  });

  it("comes of an RGD and one instance", async () => {
    await apply(definition);
    await kubectl("wait", "rgd", DEFINITION_NAME, "--for=condition=Ready", "--timeout=60s");
    await apply(instance);
    await kubectl("wait", "cartsstack", "carts-kro", "--for=condition=Ready", "--timeout=3m");
  });

  it("has a role, an association and a table in AWS, and says which", async () => {
    const { roles, associations, tables } = await inAws();
    assert.deepEqual(tables, [tableName]);
    const [role, ...others] = roles.filter((name) => !atFirst.roles.includes(name));
    assert.deepEqual(others, []);
    const [association, ...rest] = associations;
    assert.deepEqual(rest, []);
    assert.equal(association!.roleArn, (await aws.role(role!)).Arn);
    assert.deepEqual([association!.namespace, association!.serviceAccount], [namespace, "carts"]);
    const { status } = (await get("cartsstack", "carts-kro"))!;
    assert.equal(status!.state, "ACTIVE");
    assert.deepEqual([status!.associationID, status!.roleARN], [association!.associationId, association!.roleArn]);
  });

  it("made the association before its pods, so that they have credentials", async () => {
    const writes = sandbox.cluster.writes(0).filter((write) => write.namespace === namespace);
    const first = (what: string) => writes.find(({ resource }) => resource === what)?.from ?? Number.NaN;
    assert.ok(first("podidentityassociations") < first("deployments"));
    const found = await pods();
    assert.ok(found.length > 0 && found.every(hasCredentials) && found.every(isReady));
  });

  it("lets its pods do to their table what the carts service does, and nothing else", async () => {
    const [pod] = await pods();
    const verdicts = await verdictsOf(await dynamodbOf(pod!), [tableName, NOBODYS]);
    const expected = (calls: object, own: string) => Object.keys(calls).map((call) => [call, [own, "denied"]]);
    assert.deepEqual(
      verdicts,
      Object.fromEntries([...expected(CARTS_CALLS, "allowed"), ...expected(OTHER_CALLS, "denied")]),
    );
  });

  it("goes with its instance, and leaves nothing in cluster and account", async () => {
    await kubectl("delete", "cartsstack", "carts-kro", "--timeout=2m");
    await until("the namespace is gone", async () => !(await get("namespace", namespace)));
    await until("the table is gone", async () => (await aws.tables()).length === 0);
    assert.deepEqual(await inAws(), atFirst);
    await kubectl("delete", "rgd", DEFINITION_NAME, "--timeout=60s");
    const left = "roles.iam.services.k8s.aws,podidentityassociations,tables.dynamodb.services.k8s.aws";
    assert.equal(await kubectl("get", left, "-A", "-o", "name"), "");
  });
};

story("a CartsStack without Pulumi", tests, { own: sandbox });
