import { kroDeployments } from "../../packages/kro-preview/index.ts";
import { type ClusterClient, rolloutOf } from "../../packages/live/index.ts";
import type { Cause } from "../update/index.ts";

/** A cause, with where kro is: of one that does nothing, only its pods or its log tell why. */
export async function withKro(cause: Cause, cluster: ClusterClient): Promise<Cause> {
  if (cause.name !== "kro-absent") return cause;
  const found = await kroDeployments(cluster).catch(() => []);
  const [deployment] = found.toSorted((a, b) => rolloutOf(b).wanted - rolloutOf(a).wanted);
  if (!deployment) return cause;
  const { name, namespace } = deployment.metadata;
  const { wanted, available } = rolloutOf(deployment);
  const at = `Deployment ${namespace}/${name}: ${available} of ${wanted} available`;
  const remedy =
    wanted === 0
      ? `\`kubectl scale deployment/${name} -n ${namespace} --replicas 1\` starts it`
      : available === 0
        ? `\`kubectl describe pods -n ${namespace}\` says why`
        : `it runs, and \`kubectl logs -n ${namespace} deployment/${name}\` says what keeps it`;
  return { ...cause, message: `${cause.message} kro is the ${at}: ${remedy}.` };
}
