import type { Input } from "@pulumi/pulumi";
import type { ChartsArgs } from "../controllers/controllersArgs.ts";

/** From where a cluster's API server is reached. */
export const ClusterEndpoint = {
  Public: "public",
  Private: "private",
  PublicAndPrivate: "publicAndPrivate",
} as const;
export type ClusterEndpoint = (typeof ClusterEndpoint)[keyof typeof ClusterEndpoint];

/** A log of a cluster's control plane. */
export const ClusterLog = {
  Api: "api",
  Audit: "audit",
  Authenticator: "authenticator",
  ControllerManager: "controllerManager",
  Scheduler: "scheduler",
} as const;
export type ClusterLog = (typeof ClusterLog)[keyof typeof ClusterLog];

/** How kro and ACK come to a cluster, or that they don't. */
export const ClusterControllers = { Capability: "capability", Helm: "helm", None: "none" } as const;
export type ClusterControllers = (typeof ClusterControllers)[keyof typeof ClusterControllers];

/** What a cluster is like. */
export interface ClusterOptions {
  /** Kubernetes version, such as `1.34`. Default: EKS's when the cluster is made. A change to the next one updates it in place. */
  readonly version?: Input<string>;
  /** `public` (the default), `private`, which only what is in its VPC can reach, Pulumi too, or `publicAndPrivate`. */
  readonly endpoint?: Input<ClusterEndpoint>;
  /** Logs of the control plane that go to CloudWatch, which costs. Default none. */
  readonly logs?: Input<Input<ClusterLog>[]>;
  /**
   * ARN of the KMS key, of the cluster's region, that encrypts Secrets. One can be given to a cluster that has none; to
   * change it, or take it off, replaces the cluster. Default: EKS's own key.
   */
  readonly secretsKey?: Input<string>;
}

/** Arguments of {@link CartsCluster}. */
export interface CartsClusterArgs extends ClusterOptions {
  /** Name of the EKS cluster to make, 1 to 100 letters, digits, `-` and `_`. */
  readonly clusterName: Input<string>;
  /** How kro and ACK come to it: `capability` (the default), `helm`, or `none` for not at all. */
  readonly controllers?: ClusterControllers;
  /** Of `helm`. Default: the official ones. */
  readonly charts?: Input<ChartsArgs>;
}
