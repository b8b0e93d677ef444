import type { ClusterClient, LiveObject } from "../../../packages/live/index.ts";
import { tryPod, VARIABLES, withoutCredentials } from "../../heal/index.ts";
import { type Answer, NotChecked, ok, unknown, warn, wrong } from "../finding.ts";
import type { Ground } from "../ground.ts";
import type { Probe } from "../probe.ts";
import { namesOf } from "./names.ts";

const AGENT = "eks-pod-identity-agent";

/** Whether the agent is on the nodes that pods fetch their credentials from. EKS Auto Mode has it without showing it. */
export const agent: Probe = {
  id: "pod-identity-agent",
  topic: "Pod Identity",
  wanted: `the agent on every node: DaemonSet ${AGENT}, or EKS Auto Mode`,
  async look(ground) {
    const cluster = await ground.cluster();
    const found = await cluster.get({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      namespace: "kube-system",
      name: AGENT,
    });
    if (found) return ofDaemonSet(found);
    const eks = await ground.eks().catch(() => undefined);
    if (eks?.computeConfig?.enabled) return ok("EKS Auto Mode, which has it");
    const addon = eks && (await ground.platform.addon(ground.eksName(), AGENT).catch(() => undefined));
    if (addon) return warn(`add-on ${AGENT}: ${addon.status}, and no DaemonSet of it yet`, "wait until it is ACTIVE");
    const install = `\`aws eks create-addon --cluster-name ${eks?.name ?? "<name>"} --addon-name ${AGENT}\``;
    const nodes = await cluster.list({ apiVersion: "v1", kind: "Node" });
    const ofEc2 = nodes.filter(({ spec }) => String(spec?.providerID).startsWith("aws:"));
    if (ofEc2.length > 0)
      return wrong(`no agent: ${ofEc2.length} EC2 nodes have none, and pods get no credentials`, install);
    const what = nodes.length === 0 ? "there is no node yet" : `none of the ${nodes.length} nodes is an EC2 instance`;
    return warn(`no agent is seen, and ${what}: what gives pods their credentials there can't be told`, install);
  },
};

function ofDaemonSet({ status }: LiveObject): Answer {
  const [wanted, ready] = [Number(status?.desiredNumberScheduled ?? 0), Number(status?.numberReady ?? 0)];
  const found = `DaemonSet kube-system/${AGENT}: ready on ${ready} of ${wanted} nodes`;
  if (ready >= wanted) return ok(found);
  const why = `its pods say why: \`kubectl describe daemonset ${AGENT} -n kube-system\``;
  return ready === 0 ? wrong(found, why) : warn(found, why);
}

/** Whether something gives new pods the variables by which the AWS SDK finds the agent. */
export const webhook: Probe = {
  id: "pod-identity-webhook",
  topic: "Pod Identity",
  wanted: "a mutating webhook for pods",
  async look(ground) {
    const cluster = await ground.cluster();
    const named = async (kind: string) =>
      (await cluster.list({ apiVersion: "admissionregistration.k8s.io/v1", kind })).filter(({ metadata }) =>
        metadata.name.includes("pod-identity"),
      );
    const [[configuration], [policy], [binding]] = await Promise.all([
      named("MutatingWebhookConfiguration"),
      named("MutatingAdmissionPolicy"),
      named("MutatingAdmissionPolicyBinding"),
    ]);
    if (configuration) return ok(`MutatingWebhookConfiguration ${configuration.metadata.name}`);
    if (policy && binding) return ok(`MutatingAdmissionPolicy ${policy.metadata.name}, in place of EKS's own webhook`);
    const found = policy
      ? `MutatingAdmissionPolicy ${policy.metadata.name}, which nothing binds`
      : "none is seen: pods come without credentials, and nothing says so";
    const eks = await ground.eks().catch(() => undefined);
    if (eks?.computeConfig?.enabled && !policy)
      return unknown(found, "EKS Auto Mode may not show it: see pod-identity-trial");
    return wrong(found, "EKS has it on every cluster from Kubernetes 1.24 on: ask AWS Support where one lacks it");
  },
};

/** Whether a new pod of an associated service account would have credentials: the API server is asked, and makes none. */
export const trial: Probe = {
  id: "pod-identity-trial",
  topic: "Pod Identity",
  wanted: "a pod of an associated service account would get its credentials (a dry run)",
  async look(ground) {
    const cluster = await ground.cluster();
    const { namespace, serviceAccount } = await namesOf(ground);
    await associated(ground, cluster, namespace, serviceAccount);
    const deployment = trialOf(namespace, serviceAccount);
    const pod = await tryPod(deployment, cluster);
    if (withoutCredentials([pod], deployment).length === 0) return ok(`${namespace}/${serviceAccount}: it would`);
    return wrong(
      `${namespace}/${serviceAccount} is associated, and a new pod of it would lack ${VARIABLES.join(" and ")}`,
      "an association counts some seconds after it was made: look again; then see the finding pod-identity-webhook",
    );
  },
};

async function associated(
  { aws, eksName }: Ground,
  cluster: ClusterClient,
  namespace: string,
  name: string,
): Promise<void> {
  const why = (what: string) =>
    new NotChecked(`there is no ${what} to try it with`, "it is tried once `carts up` has made both");
  const account = await cluster.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
  if (!account) throw why(`ServiceAccount ${namespace}/${name}`);
  if (!(await aws.association(eksName(), namespace, name))) throw why(`association of ${namespace}/${name}`);
}

/** A pod that no Pod Security Standard refuses. */
const trialOf = (namespace: string, serviceAccountName: string): LiveObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "carts-doctor", namespace, creationTimestamp: "" },
  spec: {
    template: {
      spec: {
        serviceAccountName,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "trial",
            image: "registry.k8s.io/pause:3.10",
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      },
    },
  },
});
