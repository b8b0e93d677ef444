import type { Cluster } from "./cluster.ts";
import { connection } from "./connection.ts";

/** How a cluster is reached. */
export interface ClusterAddress {
  /** Path of a kubeconfig. Default: `$KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig. Default: the current one. */
  readonly context?: string;
}

/** A cluster as a source. It is asked nothing before it is needed; why it can't be, whoever asks is told then. */
export const clusterAt = async (address: ClusterAddress = {}): Promise<Cluster> => (await connection(address)).cluster;
