/** Whose pods may be let into a role, all of them names. */
export interface PodTrust {
  /** Number of the AWS account that the cluster is in, 12 digits. */
  readonly account: string;
  readonly clusterName: string;
  /** The one service account whose pods are let in. Undefined: any of the cluster that has an association. */
  readonly only: { readonly namespace: string; readonly serviceAccount: string } | undefined;
}

/**
 * A trust policy, as JSON, that lets EKS Pod Identity assume a role for the pods of one cluster.
 *
 * The cluster and the service account are session tags. An association with `disableSessionTags` passes none, so that its
 * pods are not let in. `aws:SourceArn` is not asked for: what Pod Identity has there is not documented, and roles that
 * ask for it were seen to let nobody in.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
export const podTrustPolicy = ({ account, clusterName, only }: PodTrust): string =>
  trustPolicy("pods.eks.amazonaws.com", {
    StringEquals: {
      "aws:SourceAccount": account,
      "aws:RequestTag/eks-cluster-name": clusterName,
      ...(only && {
        "aws:RequestTag/kubernetes-namespace": only.namespace,
        "aws:RequestTag/kubernetes-service-account": only.serviceAccount,
      }),
    },
  });

/**
 * A trust policy, as JSON, that lets an EKS capability assume a role for its controllers. Without conditions: AWS documents
 * none for it, and this as the policy that every such role must have.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html
 */
export const capabilityTrustPolicy = (): string => trustPolicy("capabilities.eks.amazonaws.com");

const trustPolicy = (service: string, Condition?: object): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        ...(Condition && { Condition }),
      },
    ],
  });
