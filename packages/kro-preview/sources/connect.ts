import type { ClusterClient } from "../../live/index.ts";
import type { Cluster } from "./cluster.ts";

/** How a cluster is reached. */
export interface ClusterAddress {
  /** Path of a kubeconfig. Default: `$KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig. Default: the current one. */
  readonly context?: string;
}

/** A cluster, to be asked for what a report needs, or for anything. */
export interface Reach {
  readonly cluster: Cluster;
  /** Throws an Error that says why there is none. */
  readonly connect: () => Promise<ClusterClient>;
}

/** A cluster as a source. It is asked nothing before it is needed; why it can't be, whoever asks is told then. */
export const clusterAt = async (address: ClusterAddress = {}): Promise<Cluster> => (await reach(address)).cluster;

/** As {@link clusterAt}. */
export async function reach({ kubeconfig, context }: ClusterAddress): Promise<Reach> {
  const { clusterClient, findKubeConfig } = await import("../../live/index.ts");
  const { clusterSource } = await import("./clusterSource.ts");
  const { interrupted } = await import("../../console/index.ts");
  const config = findKubeConfig({ kubeconfig, context });
  const name = await config.then(
    (found) => found.getCurrentContext(),
    () => context,
  );
  const connect = async () => clusterClient(await config, interrupted);
  return { cluster: clusterSource(name ? `the cluster of context ${name}` : "the cluster", connect), connect };
}
