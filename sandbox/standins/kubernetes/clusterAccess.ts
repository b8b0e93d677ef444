import { readFileSync } from "node:fs";
import type { Cluster, Kubeconfig, User } from "./kubeconfig.ts";
import { StandInError } from "./standInError.ts";

/** How to reach one API server, and as whom. */
export interface ClusterAccess {
  /** The API server's URL, without a slash at its end. */
  readonly server: string;
  readonly cluster: Cluster;
  readonly user: User;
}

/** What the provider's own arguments say against the kubeconfig. */
export interface AccessOverrides {
  readonly context?: string;
  readonly cluster?: string;
  readonly namespace?: string;
}

/** The cluster and user of the kubeconfig's context. Throws, in the words of client-go, when one of them is missing. */
export function clusterAccess(config: Kubeconfig, overrides: AccessOverrides): ClusterAccess {
  const contextName = overrides.context || config.currentContext;
  const context = config.contexts[contextName];
  if (contextName !== "" && !context) {
    const problems = `context was not found for specified context: ${contextName}, cluster has no server defined`;
    throw new Error(`invalid configuration: [${problems}]`);
  }
  const clusterName = overrides.cluster || context?.cluster || "";
  const cluster = config.clusters[clusterName];
  if (clusterName !== "" && !cluster) throw new Error(`cluster "${clusterName}" does not exist`);
  if (!cluster?.server) {
    throw new Error(
      "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable",
    );
  }
  const user = context?.user ? config.users[context.user] : {};
  if (!user) throw new Error(`auth info "${context?.user}" does not exist`);
  if (cluster["proxy-url"]) throw new StandInError("proxy-url in a kubeconfig is not implemented");
  if (user["auth-provider"]) throw new StandInError("auth-provider in a kubeconfig is not implemented");
  if (user.as) throw new StandInError("impersonation in a kubeconfig is not implemented");
  return { server: cluster.server.replace(/\/+$/, ""), cluster, user };
}

/** The namespace of objects that name none. */
export function defaultNamespace(config: Kubeconfig, overrides: AccessOverrides): string {
  const context = config.contexts[overrides.context || config.currentContext];
  return overrides.namespace || context?.namespace || "default";
}

/** The cluster that a kubeconfig points at, to tell whether a provider changed clusters; undefined when unclear. */
export function activeCluster(config: Kubeconfig, overrides: AccessOverrides): Cluster | undefined {
  const context = config.contexts[overrides.context ?? config.currentContext];
  return context && config.clusters[overrides.cluster ?? context.cluster ?? ""];
}

/** A certificate or key, given in base64 or as a file. */
export function pem(data: string | undefined, file: string | undefined): Buffer | undefined {
  if (data) return Buffer.from(data, "base64");
  return file ? readFileSync(file) : undefined;
}
