import type { AwsClient } from "../../packages/aws/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import type {
  ObservedAssociation,
  ObservedChild,
  ObservedInstance,
  ObservedPolicy,
  ObservedRole,
} from "./observation.ts";
import { isThere, reading } from "./reading.ts";

/** What ACK has made of a pods' identity for instances. */
export interface AckIdentity {
  readonly roles: readonly ObservedRole[];
  readonly policies: readonly ObservedPolicy[];
  readonly associations: readonly ObservedAssociation[];
}

interface RoleSpec {
  readonly name?: string;
  readonly assumeRolePolicyDocument?: string;
  readonly inlinePolicies?: Readonly<Record<string, string>>;
}

interface AssociationSpec {
  readonly clusterName?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly roleARN?: string;
  readonly targetRoleARN?: string;
  readonly disableSessionTags?: boolean;
}

/** Whether a child is an IAM role of ACK's, and not one of Kubernetes' own. */
export const isAckRole = ({ kind, apiVersion }: Pick<LiveObject, "kind" | "apiVersion">): boolean =>
  kind === "Role" && apiVersion.startsWith("iam.services.k8s.aws/");

/** Whether a child is a Pod Identity association of ACK's. */
export const isAckAssociation = ({ kind, apiVersion }: Pick<LiveObject, "kind" | "apiVersion">): boolean =>
  kind === "PodIdentityAssociation" && apiVersion.startsWith("eks.services.k8s.aws/");

/** Looks in AWS for what the ACK objects among the children say, as they are in the cluster: kro keeps them as declared. */
export async function observeAckIdentity(instances: readonly ObservedInstance[], aws: AwsClient): Promise<AckIdentity> {
  const live = instances
    .flatMap(({ children }) => children)
    .flatMap(({ live: one }: ObservedChild) => (isThere(one) ? [one] : []));
  const roles = live.filter(isAckRole).map((object) => ({ object, spec: (object.spec ?? {}) as RoleSpec }));
  const ofRole = roles.map(async ({ object, spec: { name = "", assumeRolePolicyDocument } }) => ({
    name,
    trustPolicy: assumeRolePolicyDocument,
    live: await reading(aws.role(name).then((role) => role?.AssumeRolePolicyDocument)),
    ack: object,
  }));
  const ofPolicy = roles.flatMap(({ object, spec: { name: role = "", inlinePolicies = {} } }) =>
    Object.entries(inlinePolicies).map(async ([name, policy]) => {
      return { role, name, policy, live: await reading(aws.rolePolicy(role, name)), ack: object };
    }),
  );
  const ofAssociation = live.filter(isAckAssociation).map(async (object) => {
    const { clusterName = "", namespace = "", serviceAccount = "", ...spec } = (object.spec ?? {}) as AssociationSpec;
    return {
      ...{ clusterName, namespace, serviceAccount },
      roleArn: spec.roleARN ?? "",
      targetRoleArn: spec.targetRoleARN,
      disableSessionTags: spec.disableSessionTags,
      id: String(object.status?.associationID ?? ""),
      live: await reading(aws.association(clusterName, namespace, serviceAccount)),
      ack: object,
    };
  });
  return {
    roles: await Promise.all(ofRole),
    policies: await Promise.all(ofPolicy),
    associations: await Promise.all(ofAssociation),
  };
}
