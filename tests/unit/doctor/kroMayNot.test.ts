import assert from "node:assert/strict";
import { kroMayNot } from "../../../automation/doctor/index.ts";
import { readState, type SelectedStack } from "../../../automation/stack/index.ts";
import type { Definition } from "../../../packages/kro/index.ts";
import { type ClusterClient, clusterClient } from "../../../packages/live/index.ts";
import { FakeAws } from "../aws/fakeAws.ts";
import type { FakeApiServer } from "../live/fakeApiServer.ts";
import { ACCOUNT, answerAll, apiServer, CLUSTER } from "./ground.ts";

const aws = new FakeAws();
let server: FakeApiServer;
let cluster: ClusterClient;
const { signal } = new AbortController();

const shops = (...resources: readonly object[]): Definition => ({
  metadata: { name: "shops" },
  spec: { schema: { apiVersion: "v1alpha1", kind: "CartsStack", spec: { name: "string" } }, resources } as never,
});
const named = { metadata: { name: "${schema.spec.name}" } };
const pod = { id: "pod", template: { apiVersion: "v1", kind: "Pod", ...named } };
const account = { id: "account", template: { apiVersion: "v1", kind: "ServiceAccount", ...named } };
const node = { id: "node", externalRef: { apiVersion: "v1", kind: "Node", ...named } };

/** What kro may not do for a change that adds these, where the API server allows its user `allowed` alone. */
async function mayNot(added: readonly object[], allowed: readonly string[]) {
  server.admit = (object) => {
    const { spec } = object as { spec: { resourceAttributes: { verb: string } } };
    return { ...object, status: { allowed: allowed.includes(spec.resourceAttributes.verb) } };
  };
  const selected = { stack: { name: "dev" }, project: "p", cwd: "/nowhere" } as SelectedStack;
  const association = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
  const eks = { urn: `urn:pulumi:dev::p::${association}::a`, type: association, id: "a", custom: true };
  const managed = readState({ resources: [{ ...eks, inputs: { clusterName: CLUSTER } }] }, "p", "dev");
  const change = { before: shops(), after: shops(...added) };
  return kroMayNot(selected, managed, change, { cluster, signal });
}

describe("what a change needs that kro may not", () => {
  beforeEach(async () => {
    server = apiServer();
    cluster = clusterClient(await server.start(), signal);
    await aws.start();
    answerAll(aws);
    process.env.AWS_REGION = "us-west-2";
  });
  afterEach(() => {
    delete process.env.AWS_REGION;
    server.stop();
    aws.stop();
  });
  const deployment = () => {
    const labels = { "app.kubernetes.io/name": "kro" };
    const metadata = { name: "kro", namespace: "kro-system", labels };
    server.put({ apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 1 }, status: {} });
  };

  it("is nothing where it may all, or nothing is added", async () => {
    deployment();
    assert.deepEqual(await mayNot([], []), { isCertain: true });
    assert.deepEqual(await mayNot([pod], ["get", "list", "watch", "create", "patch", "delete"]), { isCertain: true });
  });

  it("must be allowed everywhere only where it is listed and watched: a RoleBinding may do for the others", async () => {
    deployment();
    const { everywhere, somewhere, isCertain } = await mayNot([pod], ["list", "watch"]);
    assert.deepEqual([everywhere, isCertain], [undefined, true]);
    assert.match(somewhere!, /may not get, create, patch, delete pods in every namespace.*where no RoleBinding/);
    const watched = await mayNot([pod], ["get", "create", "patch", "delete"]);
    assert.match(watched.everywhere!, /may not list, watch pods, which the change needs: `kubectl/);
    assert.equal(watched.somewhere, undefined);
  });

  it("comes with commands that give each kind its own verbs, by names that no other change has", async () => {
    deployment();
    const rolesOf = async (...added: readonly object[]) =>
      [
        ...(await mayNot(added, [])).everywhere!.matchAll(/create clusterrole (\S+) --verb (\S+) --resource ([^`]+)/g),
      ].map(([, ...parts]) => parts);
    const roles = await rolesOf(pod, account, node);
    assert.deepEqual(
      roles.map(([, ...rest]) => rest),
      [
        ["get,list,watch,create,patch,delete", "pods,serviceaccounts"],
        ["get,list,watch", "nodes"],
      ],
    );
    const names = [...roles, ...(await rolesOf(pod))].map(([name]) => name!);
    assert.equal(new Set(names).size, 3, names.join());
    assert.ok(names.every((name) => /^kro-shops-\w{8}$/.test(name)));
  });

  it("is certain only where EKS says that it allows nothing by policies of its own", async () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/made`;
    const capability = { capabilityName: "made", type: "KRO", status: "ACTIVE", roleArn };
    const entry = `GET /clusters/${CLUSTER}/access-entries/${encodeURIComponent(roleArn)}`;
    const policies = { body: JSON.stringify({ associatedAccessPolicies: [] }) };
    const denied = { status: 403, error: "AccessDeniedException", body: "{}" };
    const told = { body: JSON.stringify({ accessEntry: { username: "kro" } }) };
    Object.assign(aws.answers, {
      [`GET /clusters/${CLUSTER}/capabilities`]: { body: JSON.stringify({ capabilities: [capability] }) },
      [`GET /clusters/${CLUSTER}/capabilities/made`]: { body: JSON.stringify({ capability }) },
    });
    for (const [ofEntry, ofPolicies, isCertain] of [
      [told, policies, true],
      [told, denied, false],
      [denied, policies, false],
    ] as const) {
      Object.assign(aws.answers, { [entry]: ofEntry, [`${entry}/access-policies`]: ofPolicies });
      const found = await mayNot([pod], []);
      assert.equal(found.isCertain, isCertain);
      assert.match(found.everywhere!, /^kro \(the KRO capability, user .*\) may not get, list/);
    }
  });
});
