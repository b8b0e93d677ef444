import { ARGUMENTS } from "../argRules.ts";
import type { ArgRule } from "./argRule.ts";
import { KMS_KEY } from "./kmsKey.ts";
import { but } from "./ruleAcross.ts";

/** Arguments of CartsCluster beside `clusterName` and `controllers`; in a stack's config, the fields of `cluster`. */
export const CLUSTER_OPTIONS = {
  /** @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html */
  version: {
    type: "string",
    description: "Its Kubernetes version.",
    defaultNote: "EKS's default when it is made",
    pattern: "^1\\.[1-9][0-9]$",
    must: 'must be a Kubernetes version of EKS such as "1.34", in quotes: `aws eks describe-cluster-versions` lists them',
  },
  /** @see https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html */
  endpoint: {
    type: "string",
    description: "From where its API server is reached.",
    default: "public",
    enum: ["public", "private", "publicAndPrivate"],
    must: "must be public, private (from within its VPC only, Pulumi too) or publicAndPrivate",
  },
  /** @see https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html */
  logs: {
    type: "array",
    description: "Logs of its control plane that go to CloudWatch.",
    default: [],
    enum: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
    must: "must be a list of api, audit, authenticator, controllerManager and scheduler, each at most once",
  },
  /** @see https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html */
  secretsKey: {
    ...KMS_KEY,
    description: "ARN of a KMS key, of its region, that encrypts its Secrets.",
    defaultNote: "EKS's own key",
  },
} as const satisfies Readonly<Record<string, ArgRule>>;

const CHART = { type: "string", minLength: 1, must: "must be an OCI reference, a folder or a file" } as const;

/** Fields of `charts`, with the official ones. Their versions are in components/controllers/charts.ts. */
export const CHARTS = {
  kro: { ...CHART, description: "kro's.", default: "oci://registry.k8s.io/kro/charts/kro" },
  ack: {
    ...CHART,
    description: "ACK's for DynamoDB.",
    default: "oci://public.ecr.aws/aws-controllers-k8s/dynamodb-chart",
  },
} as const satisfies Readonly<Record<string, ArgRule>>;

/** Why charts can't be given: nothing would be installed by them. */
export const chartsProblems = (charts: unknown, mode: string | undefined): string[] =>
  charts === undefined || mode === "helm"
    ? []
    : ["charts is set, but none is installed where kro and ACK don't come by helm: say helm, or leave out charts"];

/** Arguments of accessCluster beside `clusterName`. */
export const CLUSTER_ARGUMENTS = {
  kubeconfig: {
    type: "string",
    description: "Path or content of a kubeconfig.",
    defaultNote: "the EKS cluster, looked up in AWS; with a context `$KUBECONFIG`",
    must: "must be the path of a kubeconfig that is there, or its content, with a context or a current one",
  },
  context: {
    type: "string",
    description: "A context of that kubeconfig, or of the default one.",
    defaultNote: "its current one",
    must: "must be a context of the kubeconfig",
  },
  createCluster: {
    type: "boolean",
    description: "Make the EKS cluster, in Auto Mode.",
    note: "What it is like, `cluster` says.",
    default: false,
  },
  controllers: {
    type: "string",
    description:
      "How kro and ACK come to the cluster: as EKS Capabilities (capability), by their Helm charts (helm), or not by this stack (none).",
    note: "From one to the other by way of none.",
    defaultNote: "`capability` for a cluster that createCluster makes, else `none`",
    enum: ["capability", "helm", "none"],
    must: "must be capability, helm or none",
  },
  charts: {
    type: "object",
    description: "Where the Helm charts are that controllers is about: an OCI reference, a folder or a file.",
    note: "Of kro and of ack; their versions are the project's.",
    defaultNote: "the official ones",
    fields: CHARTS,
  },
  cluster: {
    type: "object",
    description: "What the cluster is like that createCluster makes: its version, endpoint, logs and secretsKey.",
    note: "docs/clusters.md has the values.",
    fields: CLUSTER_OPTIONS,
  },
} as const satisfies Readonly<Record<string, ArgRule>>;

/** IAM's most for a role's name. */
const MOST = ARGUMENTS.roleName.maxLength;

/** What is wrong with the name of a cluster to make: @pulumi/eks names roles after it, and Pulumi adds seven digits. */
export function clusterNameProblems(name: string): string[] {
  const role = `${name}-cluster-instanceRole-role-0123456`;
  if (role.length <= MOST) return [];
  const rule = `the IAM role ${role} would be longer than ${MOST} characters: a cluster that is made has a name of at most`;
  return [but("clusterName", name, `${rule} ${name.length - role.length + MOST}`)];
}
