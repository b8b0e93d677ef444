import type { ClusterClient, findKubeConfig } from "../../live/index.ts";
import type { Cluster } from "./cluster.ts";
import type { ClusterAddress } from "./clusterAt.ts";

/** A cluster, to be asked for what a report needs, or for anything. */
export interface Reach {
  readonly cluster: Cluster;
  /** Throws an Error that says why there is none. */
  readonly connect: () => Promise<ClusterClient>;
}

/** As clusterAt, which a program takes: its types know no client. */
export async function reach({ kubeconfig, context }: ClusterAddress): Promise<Reach> {
  const { findKubeConfig } = await import("../../live/index.ts");
  return reachBy(findKubeConfig({ kubeconfig, context }), context);
}

/**
 * The cluster of a kubeconfig, which need not be there.
 *
 * @param context - names it where the kubeconfig can't.
 */
export async function reachBy(config: ReturnType<typeof findKubeConfig>, context: string | undefined): Promise<Reach> {
  const { clusterClient } = await import("../../live/index.ts");
  const { clusterSource } = await import("./clusterSource.ts");
  const { interrupted } = await import("../../console/index.ts");
  const name = await config.then(
    (found) => found.getCurrentContext(),
    () => context,
  );
  const connect = async () => clusterClient(await config, interrupted);
  return { cluster: clusterSource(name ? `the cluster of context ${name}` : "the cluster", connect), connect };
}
