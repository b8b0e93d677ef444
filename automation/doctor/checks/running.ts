import type { Capability } from "@aws-sdk/client-eks";
import { type LiveObject, rolloutOf } from "../../../packages/live/index.ts";
import { type Answer, ok, unknown, warn, wrong } from "../finding.ts";

/**
 * Whether a controller runs: by its Deployment, else by its EKS capability.
 *
 * @param deployments - one that is scaled to none is looked at last: a move to another namespace, or to the capability, leaves it.
 * @param capability - asked only where there is no Deployment that has pods.
 * @param name - of the controller.
 * @param install - how it comes to a cluster.
 */
export async function runningOf(
  deployments: readonly LiveObject[],
  capability: () => Promise<Capability | undefined>,
  name: string,
  install: string,
): Promise<Answer> {
  const deployment = deployments.find(hasPods);
  if (deployment) return ofDeployment(deployment);
  const beside = "no Deployment of it is in the cluster";
  const found = await capability().catch((error: Error) => error);
  const [idle] = deployments;
  if (idle && (!found || found instanceof Error)) return ofDeployment(idle);
  if (found instanceof Error) {
    return unknown(
      `${beside}; whether EKS runs it as a capability can't be told: ${found.message}`,
      `see that ${name} runs`,
    );
  }
  if (!found) {
    return unknown(
      `${beside}, and EKS has no such capability: if ${name} runs, then beside the cluster, where it is not seen from here`,
      `see that it runs there, or ${install}`,
    );
  }
  const said = `EKS capability ${found.capabilityName}: ${found.status}`;
  const issues = found.health?.issues?.map(({ message }) => message).join("; ");
  if (found.status === "ACTIVE") return issues ? warn(`${said}\n${issues}`, "see what EKS says of it there") : ok(said);
  if (found.status === "CREATING" || found.status === "UPDATING") {
    return warn(said, "wait until it is ACTIVE: `aws eks describe-capability` says so");
  }
  return wrong(
    [said, issues].filter(Boolean).join("\n"),
    "make it ACTIVE: `aws eks describe-capability` says what keeps it",
  );
}

/** Whether a Deployment is to have pods. */
export const hasPods = (deployment: LiveObject): boolean => rolloutOf(deployment).wanted > 0;

function ofDeployment(deployment: LiveObject): Answer {
  const { namespace, name } = deployment.metadata;
  const { wanted, available } = rolloutOf(deployment);
  const found = `Deployment ${namespace}/${name}: ${available} of ${wanted} available`;
  if (wanted === 0)
    return wrong(`${found}: it is scaled to none`, `\`kubectl scale deployment/${name} -n ${namespace} --replicas 1\``);
  if (available > 0) return ok(found);
  return { ...wrong(found, `its pods say why: \`kubectl describe pods -n ${namespace}\``), mayPass: true };
}
