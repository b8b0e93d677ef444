import type { Input } from "@pulumi/pulumi";

/** How kro and ACK come to a cluster. */
export const ControllersMode = { Capability: "capability", Helm: "helm" } as const;
export type ControllersMode = (typeof ControllersMode)[keyof typeof ControllersMode];

/** Where the Helm charts are, such as in a registry of one's own. */
export interface ChartsArgs {
  /** kro's: an OCI reference, a folder or a file. Default `oci://registry.k8s.io/kro/charts/kro`. */
  readonly kro?: Input<string>;
  /** ACK's for DynamoDB, in the same way. Default `oci://public.ecr.aws/aws-controllers-k8s/dynamodb-chart`. */
  readonly ack?: Input<string>;
}

/** Arguments of {@link Controllers}. */
export interface ControllersArgs {
  /** Name of the EKS cluster, 1 to 100 letters, digits, `-` and `_`. ACK may have tables `${clusterName}-carts-*` alone. */
  readonly clusterName: Input<string>;
  /** `capability`: EKS runs them, outside of the cluster. `helm`: by their charts, in the cluster. Default `capability`. */
  readonly mode?: ControllersMode;
  /** Of the mode `helm`. Default: the official ones. Their versions are this package's. */
  readonly charts?: Input<ChartsArgs>;
}
