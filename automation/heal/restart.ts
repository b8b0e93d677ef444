import type { ClusterClient, LiveObject } from "../../packages/live/index.ts";

/**
 * What `kubectl rollout restart` writes. kro, which owns the template's declared fields by server-side apply, leaves it:
 * no annotation of that name is among them.
 *
 * @see https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-k8s-io-restart-at
 */
const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

/** Has a Deployment make all its pods anew, one after the other. */
export async function restart({ apiVersion, kind, metadata }: LiveObject, cluster: ClusterClient): Promise<void> {
  const { namespace, name } = metadata;
  const annotations = { [RESTARTED_AT]: `${new Date().toISOString().slice(0, -".000Z".length)}Z` };
  await cluster.patch({ apiVersion, kind, namespace, name }, { spec: { template: { metadata: { annotations } } } });
}
