import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import { Capability } from "@pulumi/aws/eks/capability.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Cluster } from "@pulumi/eks/cluster.js";
import { AuthenticationMode } from "@pulumi/eks/types/enums/index.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  jsonStringify,
  type Output,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import { capabilityTrustPolicy } from "../identity/trustPolicy.ts";
import { prefixFor } from "../names.ts";
import { TABLE_ACTIONS } from "../tableActions.ts";
import { asPrincipal, configuredPrincipal, type Kubeconfig } from "./principal.ts";

/** Arguments of {@link CartsCluster}. */
export interface CartsClusterArgs {
  /** Name of the EKS cluster to make. */
  readonly clusterName: string;
}

/**
 * An EKS cluster in Auto Mode (which includes the Pod Identity agent), with kro and ACK as EKS Capabilities.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/automode.html
 * @see https://docs.aws.amazon.com/eks/latest/userguide/capabilities.html
 */
export class CartsCluster extends ComponentResource {
  /** Content of a kubeconfig, JSON: the AWS CLI gets a token whenever one is needed. It holds keys only where the config does. */
  readonly kubeconfig: Output<string>;
  /** What the cluster needs before kro and ACK can work on it. */
  readonly parts: Resource[];

  constructor(name: string, args: CartsClusterArgs, opts: ComponentResourceOptions = {}) {
    const principal = configuredPrincipal();
    super("carts-stack:index:CartsCluster", name, {}, opts);
    const cluster = new Cluster(
      `${name}-cluster`,
      { name: args.clusterName, authenticationMode: AuthenticationMode.Api, autoMode: { enabled: true } },
      { parent: this },
    );
    const after = { parent: this, dependsOn: [cluster] };
    const { partition } = getPartitionOutput({}, { parent: this });
    const capability = (type: "KRO" | "ACK") => {
      const role = capabilityRole(`${name}-${type.toLowerCase()}`, this);
      const made = new Capability(
        `${name}-${type.toLowerCase()}`,
        {
          clusterName: args.clusterName,
          capabilityName: type.toLowerCase(),
          type,
          roleArn: role.arn,
          deletePropagationPolicy: "RETAIN",
        },
        after,
      );
      return { role, made };
    };

    const kro = capability("KRO");
    // kro makes namespaces, deployments and tables on behalf of its instances: its own policy covers only the RGDs.
    const admin = new AccessPolicyAssociation(
      `${name}-kro`,
      {
        clusterName: args.clusterName,
        principalArn: kro.role.arn,
        policyArn: interpolate`arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
        accessScope: { type: "cluster" },
      },
      { parent: this, dependsOn: [kro.made] },
    );
    const ack = capability("ACK");
    const tables = new RolePolicy(
      `${name}-ack`,
      {
        role: ack.role.name,
        policy: jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: [...TABLE_ACTIONS],
              Resource: interpolate`arn:${partition}:dynamodb:*:*:table/${prefixFor(args.clusterName)}*`,
            },
            {
              Effect: "Allow",
              Action: KEY_ACTIONS,
              Resource: interpolate`arn:${partition}:kms:*:*:key/*`,
              Condition: { StringLike: { "kms:ViaService": "dynamodb.*.amazonaws.com" } },
            },
          ],
        }),
      },
      { parent: this },
    );
    this.parts = [cluster, kro.made, ack.made, admin, tables];
    const kubeconfig = cluster.kubeconfigJson.apply((json) =>
      JSON.stringify(asPrincipal(JSON.parse(json) as Kubeconfig, principal)),
    );
    this.kubeconfig = principal.isSecret ? secret(kubeconfig) : kubeconfig;
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}

/**
 * What whoever makes a table with a key of its own must be allowed on it, through DynamoDB; the key's own policy decides as well.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const KEY_ACTIONS = ["CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*"].map(
  (action) => `kms:${action}`,
);

/** @see https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html */
const capabilityRole = (name: string, parent: ComponentResource): Role =>
  new Role(
    name,
    {
      assumeRolePolicy: capabilityTrustPolicy(),
    },
    { parent },
  );
