import type { Cluster } from "./cluster.ts";

/** How a cluster is reached. */
export interface ClusterAddress {
  /** Path of a kubeconfig. Default: `$KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig. Default: the current one. */
  readonly context?: string;
}

/** A cluster as a source. It is asked nothing before it is needed; why it can't be, whoever asks is told then. */
export async function clusterAt({ kubeconfig, context }: ClusterAddress = {}): Promise<Cluster> {
  const { clusterClient, findKubeConfig } = await import("../../live/index.ts");
  const { clusterSource } = await import("./clusterSource.ts");
  const { interrupted } = await import("../../console/index.ts");
  const config = findKubeConfig({ kubeconfig, context });
  const name = await config.then(
    (found) => found.getCurrentContext(),
    () => context,
  );
  const connect = async () => clusterClient(await config, interrupted);
  return clusterSource(name ? `the cluster of context ${name}` : "the cluster", connect);
}
