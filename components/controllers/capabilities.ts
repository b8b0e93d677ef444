import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { all, type Output, type Resource } from "@pulumi/pulumi";
import { askAws } from "../askAws.ts";
import type { Given } from "../given.ts";
import { capabilityTrustPolicy } from "../identity/trustPolicy.ts";
import { sdk } from "../sdkLater.ts";
import { ackPolicy } from "./ackPolicy.ts";
import { kroRole } from "./kroRole.ts";
import type { Place } from "./place.ts";

/**
 * kro and ACK as EKS Capabilities: EKS runs them, outside of the cluster, and makes the access entry of each one's role.
 *
 * @returns what must be there before an instance comes.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/capabilities.html
 */
export function createCapabilities(name: string, clusterName: Given<string>, place: Place): Resource[] {
  const { Capability } = sdk<typeof import("@pulumi/aws/eks/capability.js")>("@pulumi/aws/eks/capability.js");
  const { ClusterRoleBinding } = sdk<typeof import("@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js")>(
    "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js",
  );
  const { within, after } = place;
  /** @see https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html */
  const roleOf = (part: string) => new Role(`${name}-${part}`, { assumeRolePolicy: capabilityTrustPolicy() }, within());
  const capability = (type: "KRO" | "ACK", role: Role, ...others: Resource[]) => {
    const part = type.toLowerCase();
    return new Capability(
      `${name}-${part}`,
      // What kro and ACK have made outlives them: EKS has no other choice.
      { clusterName, capabilityName: part, type, roleArn: role.arn, deletePropagationPolicy: "RETAIN" },
      { ...within(), ...after(...others) },
    );
  };

  const [kro, ack] = [roleOf("kro"), roleOf("ack")];
  const { partition } = askAws(getPartitionOutput({}, { parent: place.parent }));
  const tables = new RolePolicy(
    `${name}-ack`,
    { role: ack.name, policy: all([partition, clusterName]).apply(([of, cluster]) => ackPolicy(of, cluster)) },
    within(),
  );
  const permissions = kroRole(name, after());
  const binding = new ClusterRoleBinding(
    `${name}-kro`,
    {
      metadata: { name: `${name}-kro` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: permissions.metadata.name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: userOf(kro) }],
    },
    after(),
  );
  return [capability("KRO", kro), capability("ACK", ack, tables), tables, permissions, binding];
}

/**
 * Who the kro capability is to Kubernetes, by the access entry that EKS makes: the session `KRO` of its role.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/capabilities-security.html
 */
const userOf = ({ arn, name }: Role): Output<string> =>
  all([arn, name]).apply(([of, role]) => {
    const [, partition, , , account] = of.split(":");
    return `arn:${partition}:sts::${account}:assumed-role/${role}/KRO`;
  });
