import { type ConfigCase, long, of } from "./configCase.ts";

const cluster = (title: string, cluster: unknown, says: RegExp) => of(title, { createCluster: true, cluster }, says);

/** Of how the cluster is reached or made, and what is on it. */
export const CLUSTER_CASES: readonly ConfigCase[] = [
  of(
    "a cluster that is made and exists",
    { createCluster: true, context: "x" },
    /^createCluster is true, but .*set only one/,
  ),
  of(
    "a definition that a new cluster can't have",
    { createCluster: true, createDefinition: false },
    /^createDefinition is false, but createCluster .*set only one/,
  ),
  of(
    "an identity that a made cluster's ACK can't make",
    { createCluster: true, identity: "ack" },
    /^identity is "ack", but createCluster and controllers give ACK the tables alone: leave identity out, or bring /,
  ),
  of(
    "a cluster to make whose roles would have too long names",
    { createCluster: true, clusterName: long(31) },
    /^clusterName is "x+", but the IAM role x+-cluster-instanceRole-role-0123456 would be longer than 64 .* at most 30$/,
  ),
  of(
    "what a cluster is like that isn't made",
    { cluster: { endpoint: "private" } },
    /^cluster is set, but .*set createCluster to true, too/,
  ),
  cluster("`version: 1.34` without quotes", { version: 1.34 }, /^cluster\.version is 1\.34, but .*in quotes/),
  cluster("a version that EKS never had", { version: "1.9" }, /^cluster\.version is "1\.9", but must be a Kubernetes/),
  cluster("a version with a patch", { version: "1.34.2" }, /^cluster\.version is "1\.34\.2", but .*describe-cluster-/),
  cluster(
    "an endpoint that there isn't",
    { endpoint: "vpc" },
    /^cluster\.endpoint is "vpc", but must be public, private/,
  ),
  cluster(
    "a log that there isn't",
    { logs: ["kubelet"] },
    /^cluster\.logs is \["kubelet"\], but must be a list of api/,
  ),
  cluster("a log twice", { logs: ["api", "api"] }, /^cluster\.logs is \["api","api"\], but .*at most once/),
  cluster("a log by itself", { logs: "api" }, /^cluster\.logs is "api", but must be a list/),
  cluster("a key by its alias", { secretsKey: "alias/a" }, /^cluster\.secretsKey is "alias\/a", but must be the ARN/),
  cluster("an option that there isn't", { zones: 2 }, /^cluster\.zones is not a key: cluster has version and/),
  of("a way that there isn't", { controllers: "argo" }, /^controllers is "argo", but must be capability, helm or none/),
  of(
    "charts that nobody installs",
    { charts: { kro: "oci://mine/kro" } },
    /^charts is set, but none is installed .*say helm, or leave out charts/,
  ),
  of(
    "a chart that there isn't",
    { controllers: "helm", charts: { acks: "x" } },
    /^charts\.acks is not a key \(did you mean ack\?\): charts has kro and ack/,
  ),
];
