import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeCapabilityCommand, DescribeClusterCommand, EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { IAMClient, ListInstanceProfilesCommand } from "@aws-sdk/client-iam";
import * as aws from "./aws.ts";
import { assertRolledOut, instance } from "./carts/expected.ts";
import { endWait } from "./interrupted.ts";
import { CLUSTER_NAME, get, type Json, kubectl, Stack, sandbox, story, until, writes } from "./kit/index.ts";

const rules = () => join(sandbox.folder, "aws-rules.json");
/** The API server's, as a kubeconfig has it. */
const server = async () => (await kubectl("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}")).trim();
const eks = () => new EKSClient();
const capability = async (clusterName: string, capabilityName: string) =>
  (await eks().send(new DescribeCapabilityCommand({ clusterName, capabilityName }))).capability!;
/** The user that kro is by the access entry of a role, as the API server writes it. */
const kroOf = (roleArn = "") => `arn:aws:sts::000000000000:assumed-role/${roleArn.split("/").at(-1)}/KRO`;
/** What is left in the account and the cluster of what a story made, and not of the sandbox's own. */
async function left(): Promise<object> {
  const { clusters = [] } = await eks().send(new ListClustersCommand());
  const { InstanceProfiles = [] } = await new IAMClient().send(new ListInstanceProfilesCommand());
  const named = async (kind: string) =>
    ((await get(kind))!.items as Json[])
      .map(({ metadata }) => metadata!.name! as string)
      .filter((name) => /^(shop|eks-w)/.test(name));
  return {
    clusters: clusters.filter((name) => name !== CLUSTER_NAME),
    roles: await aws.roles(),
    instanceProfiles: InstanceProfiles.map(({ InstanceProfileName }) => InstanceProfileName),
    tables: await aws.tables(),
    associations: await aws.associations(),
    permissions: [...(await named("clusterrole")), ...(await named("clusterrolebinding"))],
    definitions: (await get("resourcegraphdefinitions"))!.items,
    instances: (await get("cartsstacks.kro.run", "-A"))?.items ?? [],
    children: (await get("tables.dynamodb.services.k8s.aws", "-A"))!.items,
  };
}
const NOTHING = {
  clusters: [],
  roles: [],
  instanceProfiles: [],
  tables: [],
  associations: [],
  permissions: [],
  definitions: [],
  instances: [],
  children: [],
};

story("a cluster that is made with the carts service on it", function () {
  this.timeout("15m");
  const stack = new Stack({ clusterName: "shop", createCluster: true, context: undefined, tableOnDestroy: "delete" });
  let begun = 0;

  before(stack.init);
  afterEach(() => rmSync(rules(), { force: true }));

  it("is in the state where waiting for it has failed, and nothing else is made twice", async () => {
    const denied = { action: "eks:DescribeCluster", resource: "*/shop", answer: "deny", times: 1 };
    writeFileSync(rules(), JSON.stringify([denied]));
    const { code, output } = await stack.pulumi("up --yes --skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /not authorized to perform: eks:DescribeCluster/);
    const cluster = (await stack.exported()).find(({ type }) => type === "aws:eks/cluster:Cluster");
    assert.equal(cluster?.id, "shop");
  });

  it("goes on where it was interrupted", async () => {
    writeFileSync(rules(), JSON.stringify([{ action: "eks:CreateCapability", answer: "delay", seconds: 3 }]));
    const running = await stack.begin("up");
    await until("a capability is asked for", async () => /Capability shop-kro creating/.test(running.output()));
    await endWait(running);
    const { code } = await running.finished;
    assert.notEqual(code, 0);
    assert.equal(await get("resourcegraphdefinition", "cartsstack"), undefined);
  });

  it("has kro and ACK by EKS Capabilities, and the service on it", async () => {
    begun = sandbox.auditEnd();
    await stack.up();
    const { cluster } = await eks().send(new DescribeClusterCommand({ name: "shop" }));
    assert.equal(cluster!.status, "ACTIVE");
    assert.equal(cluster!.endpoint, await server());
    assert.equal(cluster!.computeConfig!.enabled, true);
    for (const name of ["kro", "ack"]) assert.equal((await capability("shop", name)).status, "ACTIVE", name);
    const outputs = await stack.outputs();
    assert.match(outputs.tableArn!, /:table\/shop-carts-kro$/);
    assert.equal((await instance()).status!.state, "ACTIVE");
    await assertRolledOut(
      (await get("deployment", "carts", "-n", "carts-kro"))!.spec!.template!.spec!.containers![0]!.image!,
    );
  });

  it("has kro be whom EKS's access entry makes it, with no more than its ClusterRole", async () => {
    const user = kroOf((await capability("shop", "kro")).roleArn);
    const users = new Set(
      writes(begun)
        .filter(({ resource }) => resource === "tables")
        .map(({ user }) => user),
    );
    assert.ok(users.has(user), [...users].join());
    const may = (what: string) => sandbox.run("kubectl", ["auth", "can-i", ...what.split(" "), "--as", user]);
    assert.match((await may("create deployments.apps -A")).output, /^yes/m);
    assert.match((await may("create secrets -A")).output, /^no/m);
  });

  it("is verified", async () => {
    const { code, output } = await stack.carts("verify");
    assert.equal(code, 0, output);
  });

  it("shows no change in a preview, nor after a refresh", async () => {
    await stack.succeed("refresh --yes");
    assert.doesNotMatch(await stack.succeed("preview"), /to (create|update|replace|delete)/);
  });

  it("leaves nothing when it is destroyed", async () => {
    await stack.succeed("destroy --yes --skip-preview");
    assert.deepEqual(await left(), NOTHING);
  });
});

story("kro and ACK as capabilities of a cluster that exists", function () {
  this.timeout("15m");
  const stack = new Stack({ controllers: "capability", tableOnDestroy: "delete" });
  let begun = 0;
  const user = async () => kroOf((await capability(CLUSTER_NAME, "kro")).roleArn);

  before(stack.init);

  it("bring the service, and kro is the capability's role", async () => {
    begun = sandbox.auditEnd();
    await stack.up();
    const users = new Set(
      writes(begun)
        .filter(({ resource }) => resource === "tables")
        .map(({ user }) => user),
    );
    assert.ok(users.has(await user()), [...users].join());
  });

  it("let kro do nothing without its ClusterRoleBinding", async () => {
    await kubectl("delete", "clusterrolebinding", `${CLUSTER_NAME}-kro`);
    await kubectl("delete", "configmap", "carts", "-n", "carts-kro");
    await until("kro is refused", async () => JSON.stringify((await instance()).status).includes("forbidden"));
    assert.match(JSON.stringify((await instance()).status), new RegExp(`forbidden: User .*${await user()}`));
    assert.equal(await get("configmap", "carts", "-n", "carts-kro"), undefined);
  });

  it("let it go on once it has that again", async () => {
    await stack.up({}, { args: ["--refresh"] });
    await until(
      "kro has made it again",
      async () => (await get("configmap", "carts", "-n", "carts-kro")) !== undefined,
    );
    assert.doesNotMatch(await stack.succeed("preview"), /to (create|update|replace|delete)/);
  });

  it("leave nothing when they are destroyed, and kro is the sandbox's own again", async () => {
    await stack.succeed("destroy --yes --skip-preview");
    assert.deepEqual(await left(), NOTHING);
  });
});
