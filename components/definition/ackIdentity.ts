import type { AckTag } from "./ackTable.ts";

interface AckObject<Spec> {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Spec;
  readonly status?: {
    readonly ackResourceMetadata?: { readonly arn?: string };
    readonly conditions?: readonly { type: string; status: string; message?: string }[];
  };
}

/**
 * The fields of ACK's IAM `Role` that the graph uses. Its policy is one of its own, inline.
 *
 * @see https://aws-controllers-k8s.github.io/community/reference/iam/v1alpha1/role/
 */
export interface AckRole
  extends AckObject<{
    readonly name: string;
    readonly description: string;
    readonly assumeRolePolicyDocument: string;
    readonly inlinePolicies: Readonly<Record<string, string>>;
    readonly tags: readonly AckTag[];
  }> {
  readonly apiVersion: "iam.services.k8s.aws/v1alpha1";
  readonly kind: "Role";
}

/**
 * The fields of ACK's EKS `PodIdentityAssociation` that the graph uses.
 *
 * @see https://aws-controllers-k8s.github.io/community/reference/eks/v1alpha1/podidentityassociation/
 */
export interface AckAssociation
  extends AckObject<{
    readonly clusterName: string;
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly roleARN: string;
    readonly tags: Readonly<Record<string, string>>;
  }> {
  readonly apiVersion: "eks.services.k8s.aws/v1alpha1";
  readonly kind: "PodIdentityAssociation";
  readonly status?: AckObject<never>["status"] & { readonly associationID?: string };
}
