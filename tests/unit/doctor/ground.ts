import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { probesOf } from "../../../automation/doctor/checks/index.ts";
import type { Finding } from "../../../automation/doctor/finding.ts";
import { groundOf, type KnownStack } from "../../../automation/doctor/ground.ts";
import { ask, type Probe } from "../../../automation/doctor/probe.ts";
import { type ResourceState, readState } from "../../../automation/stack/state.ts";
import { type FakeAws, iamAnswer } from "../aws/fakeAws.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

export const CLUSTER = "shop";
export const ACCOUNT = "111122223333";
const RBAC = "rbac.authorization.k8s.io/v1";
const ADMISSION = "admissionregistration.k8s.io/v1";

/** An API server that serves what a cluster with kro and ACK does. */
export function apiServer(): FakeApiServer {
  const server = new FakeApiServer();
  for (const [apiVersion, kind, name, namespaced] of [
    ["v1", "Node", "nodes", false],
    ["v1", "Namespace", "namespaces", false],
    ["v1", "ServiceAccount", "serviceaccounts", true],
    ["v1", "Pod", "pods", true],
    ["apps/v1", "Deployment", "deployments", true],
    ["apps/v1", "DaemonSet", "daemonsets", true],
    [RBAC, "ClusterRole", "clusterroles", false],
    [RBAC, "ClusterRoleBinding", "clusterrolebindings", false],
    ["authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews", false],
    ["authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews", false],
    [ADMISSION, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false],
    [ADMISSION, "MutatingAdmissionPolicy", "mutatingadmissionpolicies", false],
    [ADMISSION, "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", false],
    ["kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false],
    ["kro.run/v1alpha1", "CartsStack", "cartsstacks", true],
    ["internal.kro.run/v1alpha1", "GraphRevision", "graphrevisions", false],
    ["dynamodb.services.k8s.aws/v1alpha1", "Table", "tables", true],
  ] as const) {
    server.serve(apiVersion, kind, name, namespaced);
  }
  server.admit = (object) => ({ ...object, status: { allowed: true, userInfo: { username: "ann" } } });
  return server;
}

/** The path of a kubeconfig for it. */
export function kubeconfigOf(url: string, cluster: object = { "insecure-skip-tls-verify": true }): string {
  const file = join(mkdtempSync(join(tmpdir(), "doctor-")), "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "here", user: "ann" } }],
    clusters: [{ name: "here", cluster: { server: url, ...cluster } }],
    users: [{ name: "ann", user: {} }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** What AWS says of an EKS cluster. */
export const eksAnswer = (changes: object = {}): { readonly body: string } => ({
  body: JSON.stringify({
    cluster: { name: CLUSTER, status: "ACTIVE", version: "1.36", endpoint: "https://eks", ...changes },
  }),
});

/** Has AWS, which was started, be asked with keys, and answer for an account that has an EKS cluster, and no capability. */
export function answerAll(aws: FakeAws): void {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "secret" });
  Object.assign(aws.answers, {
    [`GET /clusters/${CLUSTER}`]: eksAnswer(),
    [`GET /clusters/${CLUSTER}/capabilities`]: { body: JSON.stringify({ capabilities: [] }) },
    GetCallerIdentity: iamAnswer(
      "GetCallerIdentity",
      `<Account>${ACCOUNT}</Account><Arn>arn:aws:iam::${ACCOUNT}:user/ann</Arn><UserId>A</UserId>`,
    ),
  });
}

/** What a probe is given beside the cluster and AWS. */
interface Surroundings {
  readonly server: FakeApiServer;
  readonly kubeconfig?: string;
  readonly stack?: KnownStack;
  readonly clusterName?: string | undefined;
  readonly region?: string | undefined;
}

/** What one of the probes finds. */
export async function find(id: string, surroundings: Surroundings): Promise<Finding> {
  const probes = probesOf({ open: undefined, state: undefined, problem: undefined });
  return findBy(probes.find((probe) => probe.id === id)!, surroundings);
}

export async function findBy(
  probe: Probe,
  { server, kubeconfig = kubeconfigOf(server.url), stack, ...named }: Surroundings,
): Promise<Finding> {
  const known = { clusterName: CLUSTER, region: "us-west-2", ...named };
  const { signal } = new AbortController();
  const [finding] = await ask([probe], groundOf({ ...known, stack, kubeconfig, cwd: "/", signal, patience: 3 }));
  return finding!;
}

/** A stack of this config, with these resources in its state. */
export const stackOf = (
  config: Readonly<Record<string, unknown>>,
  resources: readonly ResourceState[] = [],
): KnownStack => ({
  name: "dev",
  project: "carts-stack",
  config: Object.fromEntries(Object.entries(config).map(([key, value]) => [`carts-stack:${key}`, value])),
  managed: readState({ resources }, "carts-stack", "dev"),
});
