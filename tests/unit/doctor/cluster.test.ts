import assert from "node:assert/strict";
import { FakeAws, iamAnswer, iamError } from "../aws/fakeAws.ts";
import type { FakeApiServer } from "../live/fakeApiServer.ts";
import { ACCOUNT, answerAll, apiServer, CLUSTER, eksAnswer, find, kubeconfigOf, stackOf } from "./ground.ts";

const aws = new FakeAws();
let server: FakeApiServer;
const kro = (id: string) => find(id, { server });
const metadata = (name: string, namespace?: string, labels: Record<string, string> = {}) => ({
  name,
  labels,
  ...(namespace !== undefined && { namespace }),
});

/** Puts a Deployment there, with as many pods as are available of one. */
const deployment = (name: string, label: string, available: number, image = "x:v0.9.4") =>
  server.put({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(name, "kro-system", { "app.kubernetes.io/name": label }),
    spec: { replicas: 1, template: { spec: { serviceAccountName: "its-own", containers: [{ image }] } } },
    status: { availableReplicas: available },
  });

/** Has EKS tell of one capability of the cluster. */
function capability(type: "KRO" | "ACK", status = "ACTIVE"): void {
  const one = {
    capabilityName: "made",
    type,
    status,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/path/made`,
    version: "0.9.4-1",
  };
  Object.assign(aws.answers, {
    [`GET /clusters/${CLUSTER}/capabilities`]: { body: JSON.stringify({ capabilities: [one] }) },
    [`GET /clusters/${CLUSTER}/capabilities/made`]: { body: JSON.stringify({ capability: one }) },
  });
}

/** Has the API server deny what kro asks for of one resource. */
const deny = (resource: string) => {
  server.admit = (object) => {
    const { spec } = object as { spec: { resourceAttributes?: { resource?: string } } };
    return { ...object, status: { allowed: spec?.resourceAttributes?.resource !== resource } };
  };
};

describe("carts doctor, in the cluster", () => {
  beforeEach(async () => {
    server = apiServer();
    await Promise.all([server.start(), aws.start()]);
    answerAll(aws);
  });
  afterEach(() => {
    server.stop();
    aws.stop();
    for (const call of Object.keys(aws.answers)) delete aws.answers[call];
  });

  it("says as whom the API server is asked, and who keeps it from answering", async () => {
    assert.match((await kro("api-server")).found, /^http:.*\nas ann$/);
    server.refused.set("/api/v1", 401);
    const { verdict, found } = await kro("api-server");
    assert.equal(verdict, "wrong");
    assert.match(found, /\(context here\): the API server answered with HTTP 401/);
    assert.equal((await kro("kro-installed")).found, "not checked: the API server is not reached");
  });

  it("takes kro's service account for kro where it has a Deployment", async () => {
    deployment("kro", "kro", 1);
    assert.deepEqual((await kro("kro-permissions")).verdict, "ok");
    const [{ body }] = server.tried.filter(({ path }) => path.endsWith("subjectaccessreviews")) as [
      (typeof server.tried)[0],
    ];
    const { spec } = body as unknown as { spec: { user: string; groups: string[] } };
    assert.equal(spec.user, "system:serviceaccount:kro-system:its-own");
    assert.ok(spec.groups.includes("system:serviceaccounts:kro-system"));
    deny("deployments");
    const { verdict, found, remedy } = await kro("kro-permissions");
    assert.equal(verdict, "wrong");
    assert.equal(
      found,
      "ServiceAccount kro-system/its-own may not\nget, list, watch, create, patch, delete deployments.apps",
    );
    assert.match(remedy!, /--serviceaccount kro-system:its-own`$/);
    deny("roles");
    const ofAck = await find("kro-permissions", { server, stack: stackOf({ identity: "ack" }) });
    assert.match(
      ofAck.remedy!,
      /^`kubectl apply -f docs\/kro-permissions-identity\.yaml`; .* kro-carts-stack-identity --s/,
    );
  });

  it("takes the user of the capability for kro, and leaves what EKS' policies allow open", async () => {
    capability("KRO");
    const principal = encodeURIComponent(`arn:aws:iam::${ACCOUNT}:role/path/made`);
    const entry = `GET /clusters/${CLUSTER}/access-entries/${principal}`;
    aws.answers[entry] = {
      body: JSON.stringify({ accessEntry: { username: "of-the-entry/{{SessionName}}", kubernetesGroups: ["team"] } }),
    };
    aws.answers[`${entry}/access-policies`] = {
      body: JSON.stringify({
        associatedAccessPolicies: [{ policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSKROPolicy" }],
      }),
    };
    deny("tables");
    const one = await kro("kro-permissions");
    assert.equal(one.verdict, "wrong");
    assert.match(
      one.found,
      /^the KRO capability, user of-the-entry\/KRO may not\n.* tables\.dynamodb\.services\.k8s\.aws$/,
    );
    assert.match(one.remedy!, /--user of-the-entry\/KRO`$/);
    const asked = server.tried.at(-1)!.body as unknown as { spec: { groups: string[] } };
    assert.deepEqual(asked.spec.groups, ["team", "system:authenticated"]);
    aws.answers[`${entry}/access-policies`] = {
      body: JSON.stringify({
        associatedAccessPolicies: [{ policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy" }],
      }),
    };
    const other = await kro("kro-permissions");
    assert.equal(other.verdict, "unknown");
    assert.match(other.found, /what AmazonEKSClusterAdminPolicy allow it, only EKS knows$/);
    // Who may not read the entry: EKS documents how it is written.
    aws.answers[entry] = { status: 403, error: "AccessDeniedException", body: "{}" };
    assert.match(
      (await kro("kro-permissions")).found,
      /user arn:aws:sts::111122223333:assumed-role\/made\/KRO may not/,
    );
  });

  it("tells whether kro and ACK run, by Deployment or capability", async () => {
    assert.equal((await kro("kro-running")).verdict, "unknown");
    capability("KRO", "DEGRADED");
    assert.deepEqual(
      [(await kro("kro-running")).verdict, (await kro("kro-running")).found],
      ["wrong", "EKS capability made: DEGRADED"],
    );
    capability("KRO", "CREATING");
    assert.equal((await kro("kro-running")).verdict, "warn");
    capability("KRO");
    assert.equal((await kro("kro-running")).verdict, "ok");
    assert.equal((await kro("kro-version")).found, "0.9.4, by its EKS capability");
    deployment("kro", "kro", 0, "registry/kro:v0.8.0");
    assert.match((await kro("kro-running")).found, /^Deployment kro-system\/kro: 0 of 1 available$/);
    assert.deepEqual(
      [(await kro("kro-version")).verdict, (await kro("kro-version")).found],
      ["warn", "0.8.0, by its Deployment kro-system/kro"],
    );
    deployment("ack", "dynamodb-chart", 0);
    assert.deepEqual(
      [(await kro("ack-running")).verdict, (await kro("ack-running")).found],
      ["wrong", "Deployment kro-system/ack: 0 of 1 available"],
    );
    deployment("ack", "dynamodb-chart", 1);
    assert.equal((await kro("ack-running")).verdict, "ok");
  });

  it("asks whether kro and the kinds are there at all", async () => {
    const bare = new (server.constructor as typeof FakeApiServer)();
    await bare.start();
    bare.serve("v1", "Node", "nodes", false);
    assert.equal((await find("kro-installed", { server: bare })).verdict, "wrong");
    assert.match((await find("ack-kinds", { server: bare })).found, /^not served: Table /);
    const { found } = await find("ack-kinds", { server: bare, stack: stackOf({ identity: "ack" }) });
    assert.match(found, /Role \(iam\.services.*PodIdentityAssociation \(eks\.services/, "before the RGD is there");
    assert.match((await find("kro-permissions", { server: bare })).found, /^not checked: who kro is here is not known/);
    bare.stop();
  });

  it("finds the role that ACK acts as, and asks IAM what it may", async () => {
    assert.match((await kro("ack-role")).found, /^not checked: ACK's controller has neither/);
    capability("ACK");
    aws.answers.GetRole = iamError(404, "NoSuchEntity");
    const missing = await kro("ack-role");
    assert.equal(missing.verdict, "wrong");
    assert.match(missing.found, /role\/path\/made\nby the EKS capability made\nthere is no such role$/);
    deployment("ack", "dynamodb-chart", 1);
    const arn = `arn:aws:iam::${ACCOUNT}:role/by-hand`;
    const annotations = { "eks.amazonaws.com/role-arn": arn };
    server.put({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { ...metadata("its-own", "kro-system"), annotations } as never,
    });
    aws.answers.GetRole = iamAnswer("GetRole", `<Role><RoleName>by-hand</RoleName><Arn>${arn}</Arn></Role>`);
    assert.equal((await kro("ack-role")).found, `${arn}\nby annotation of ServiceAccount kro-system/its-own`);
    const decision = (action: string, told: string) =>
      `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${told}</EvalDecision></member>`;
    const simulated = (members: string) =>
      iamAnswer(
        "SimulatePrincipalPolicy",
        `<EvaluationResults>${members}</EvaluationResults><IsTruncated>false</IsTruncated>`,
      );
    aws.answers.SimulatePrincipalPolicy = simulated(
      decision("dynamodb:CreateTable", "implicitDeny") + decision("dynamodb:DescribeTable", "allowed"),
    );
    const denied = await kro("ack-permissions");
    assert.equal(denied.verdict, "wrong");
    assert.equal(
      denied.found,
      `${arn} may not, on arn:aws:dynamodb:us-west-2:${ACCOUNT}:table/${CLUSTER}-carts-kro:\ndynamodb:CreateTable`,
    );
    aws.answers.SimulatePrincipalPolicy = simulated(decision("dynamodb:UpdateTimeToLive", "implicitDeny"));
    const idle = await kro("ack-permissions");
    assert.equal(idle.verdict, "warn");
    assert.match(
      idle.found,
      /dynamodb:UpdateTimeToLive\nwhich tableTtlAttribute would ask for, and the config doesn't set$/,
    );
    const stack = stackOf({ clusterName: CLUSTER, tableTtlAttribute: "expires" });
    assert.equal((await find("ack-permissions", { server, stack })).verdict, "wrong");
    aws.answers.SimulatePrincipalPolicy = simulated(decision("dynamodb:CreateTable", "allowed"));
    assert.equal((await kro("ack-permissions")).verdict, "ok");
    aws.answers.SimulatePrincipalPolicy = iamError(403, "AccessDenied");
    const unasked = await kro("ack-permissions");
    assert.deepEqual(
      [unasked.verdict, unasked.remedy],
      ["unknown", "let this command read it: docs/doctor.md lists what it asks"],
    );
  });

  it("looks for Pod Identity's agent on the nodes, and knows Auto Mode", async () => {
    const agent = () => kro("pod-identity-agent");
    assert.equal((await agent()).verdict, "warn");
    server.put({
      apiVersion: "v1",
      kind: "Node",
      metadata: metadata("n"),
      spec: { providerID: "aws:///us-west-2a/i-1" },
    });
    const without = await agent();
    assert.deepEqual(
      [without.verdict, without.remedy],
      ["wrong", `\`aws eks create-addon --cluster-name ${CLUSTER} --addon-name eks-pod-identity-agent\``],
    );
    aws.answers[`GET /clusters/${CLUSTER}/addons/eks-pod-identity-agent`] = {
      body: JSON.stringify({ addon: { status: "CREATING" } }),
    };
    assert.match((await agent()).found, /^add-on eks-pod-identity-agent: CREATING/);
    aws.answers[`GET /clusters/${CLUSTER}`] = eksAnswer({ computeConfig: { enabled: true } });
    assert.equal((await agent()).found, "EKS Auto Mode, which has it");
    for (const [ready, verdict] of [
      [0, "wrong"],
      [1, "warn"],
      [2, "ok"],
    ] as const) {
      const status = { desiredNumberScheduled: 2, numberReady: ready };
      server.put({
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: metadata("eks-pod-identity-agent", "kube-system"),
        status,
      });
      assert.deepEqual(
        [(await agent()).verdict, (await agent()).found],
        [verdict, `DaemonSet kube-system/eks-pod-identity-agent: ready on ${ready} of 2 nodes`],
      );
    }
  });

  it("looks for what gives pods their credentials", async () => {
    assert.equal((await kro("pod-identity-webhook")).verdict, "wrong");
    server.put({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      metadata: metadata("pod-identity-webhook"),
    });
    assert.equal((await kro("pod-identity-webhook")).found, "MutatingWebhookConfiguration pod-identity-webhook");
  });

  it("leaves open what it may not look at", async () => {
    server.refused.set("/apis/apps/v1/deployments", 403);
    for (const id of ["kro-running", "kro-permissions", "ack-running"]) {
      const { verdict, found, remedy } = await kro(id);
      assert.equal(verdict, "unknown");
      assert.match(found, /^could not be looked at: the API server answered with HTTP 403/);
      assert.match(remedy!, /^let this command read it/);
    }
  });

  it("tells a tunnel to the cluster from another cluster", async () => {
    const [own, other] = ["own", "other"].map((text) => Buffer.from(text).toString("base64"));
    aws.answers[`GET /clusters/${CLUSTER}`] = eksAnswer({ certificateAuthority: { data: own } });
    const at = (url: string, cluster: object) =>
      find("same-cluster", { server, kubeconfig: kubeconfigOf(url, cluster) });
    const ca = (data: string | undefined) => ({ "certificate-authority-data": data });
    for (const [url, cluster, verdict] of [
      ["https://EKS:443/", ca(other), "ok"],
      ["https://localhost:8443", ca(own), "ok"],
      ["https://localhost:8443", ca(other), "wrong"],
      ["https://localhost:8443", { "insecure-skip-tls-verify": true }, "warn"],
    ] as const) {
      const finding = await at(url, cluster);
      assert.equal(finding.verdict, verdict, finding.found);
    }
  });
});
