import type { ClusterClient } from "../../live/index.ts";
import type { Cluster } from "./cluster.ts";
import type { ClusterAddress } from "./connect.ts";

/** A cluster as a source, and to be asked for anything. */
export interface Connection {
  readonly cluster: Cluster;
  /** @throws Error that says why there is no client. */
  readonly connect: () => Promise<ClusterClient>;
}

/** A cluster, as {@link Connection}. Nothing of the library has it in its types: those need no Kubernetes client. */
export async function connection({ kubeconfig, context }: ClusterAddress): Promise<Connection> {
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
