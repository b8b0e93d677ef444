import { getSubnets } from "@pulumi/aws/ec2/getSubnets.js";
import { getVpc } from "@pulumi/aws/ec2/getVpc.js";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { Addon } from "@pulumi/aws/eks/addon.js";
import { Cluster } from "@pulumi/aws/eks/cluster.js";
import { getAddonVersionOutput } from "@pulumi/aws/eks/getAddonVersion.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Inputs,
  jsonStringify,
  type Output,
  output,
} from "@pulumi/pulumi";
import type { ClusterInputs } from "./clusterInputs.ts";
import { ServiceRole } from "./serviceRole.ts";

const NODE_POLICIES = ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"];
const INSTANCE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"];
const CLUSTER_POLICIES = [
  ...["AmazonEKSClusterPolicy", "AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy"],
  ...["AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy"],
];

/** The component `eks.Cluster`. Its children carry the names, types and inputs that the official plugin gives them in Auto Mode. */
class EksCluster extends ComponentResource {
  readonly outputs: Inputs;

  constructor(name: string, args: ClusterInputs, opts: ComponentResourceOptions) {
    super("eks:index:Cluster", name, args, opts);
    const within = { parent: this };
    const { partition } = getPartitionOutput({}, within);
    const vpc = getVpc({ default: true }, { ...within, async: true });
    const subnets = vpc.then(({ id }) =>
      getSubnets({ filters: [{ name: "vpc-id", values: [id] }] }, { ...within, async: true }),
    );
    const roleOf = (of: string, service: string, policies: readonly string[], more = {}) =>
      new ServiceRole(`${name}-${of}`, { service, policies, partition, ...more }, this);
    const role = roleOf("eksRole", "eks.amazonaws.com", CLUSTER_POLICIES, {
      description: "Allows EKS to manage clusters on your behalf.",
      actions: ["sts:AssumeRole", "sts:TagSession"],
    });
    const nodes = roleOf("nodeRole", "ec2.amazonaws.com", NODE_POLICIES);

    const cluster = new Cluster(
      `${name}-eksCluster`,
      {
        name: args.name,
        roleArn: role.role.arn,
        // Known or not known all together: the aws plugin asks for that.
        ...autoMode(nodes.role.arn),
        bootstrapSelfManagedAddons: false,
        vpcConfig: {
          subnetIds: subnets.then(({ ids }) => ids),
          endpointPrivateAccess: args.endpointPrivateAccess,
          endpointPublicAccess: args.endpointPublicAccess,
        },
        version: args.version,
        enabledClusterLogTypes: args.enabledClusterLogTypes,
        tags: { Name: `${name}-eksCluster` },
        encryptionConfig:
          args.encryptionConfigKeyArn === undefined
            ? undefined
            : { provider: { keyArn: args.encryptionConfigKeyArn }, resources: ["secrets"] },
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      },
      {
        ...within,
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
        dependsOn: [role.whole, nodes.whole],
      },
    );
    const kubeconfig = kubeconfigOf(cluster);
    new Provider(`${name}-eks-k8s`, { kubeconfig: jsonStringify(kubeconfig) }, within);

    const instances = roleOf("instanceRole", "ec2.amazonaws.com", INSTANCE_POLICIES);
    const instanceRole = instances.whole;
    new InstanceProfile(`${name}-instanceProfile`, { role: instanceRole.name }, within);
    new AccessEntry(
      `${name}-defaultNodeGroupInstanceRole`,
      { principalArn: instanceRole.arn, type: "EC2_LINUX", clusterName: cluster.name },
      { ...within, dependsOn: [cluster] },
    );
    const newest = { addonName: "coredns", kubernetesVersion: cluster.version, mostRecent: true };
    new Addon(
      `${name}-coredns`,
      {
        clusterName: cluster.name,
        addonName: "coredns",
        preserve: true,
        addonVersion: getAddonVersionOutput(newest, within).version,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
      },
      within,
    );

    const issuer = cluster.identities.apply(([identity]) => identity?.oidcs?.[0]?.issuer ?? "");
    const { clusterSecurityGroupId } = cluster.vpcConfig;
    // Without `core`, which is all of it once more.
    this.outputs = {
      kubeconfig,
      kubeconfigJson: jsonStringify(kubeconfig),
      instanceRoles: output([instanceRole]),
      eksCluster: output(cluster),
      clusterSecurityGroupId,
      nodeSecurityGroupId: clusterSecurityGroupId,
      clusterIngressRuleId: "",
      defaultNodeGroupAsgName: "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      oidcProviderArn: "",
      oidcProviderUrl: issuer,
      oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
      autoModeNodeRoleName: nodes.role.name,
    };
    this.registerOutputs(this.outputs);
  }
}

/** Makes the component; `outputs` are those that the engine is told. */
export function createCluster(name: string, args: ClusterInputs, opts: ComponentResourceOptions) {
  const { urn, outputs } = new EksCluster(name, args, opts);
  return { urn, outputs };
}

function autoMode(nodeRoleArn: Output<string>) {
  const settings = nodeRoleArn.apply((arn) => ({
    computeConfig: { enabled: true, nodeRoleArn: arn, nodePools: ["general-purpose", "system"] },
    storageConfig: { blockStorage: { enabled: true } },
    kubernetesNetworkConfig: { ipFamily: "ipv4", elasticLoadBalancing: { enabled: true } },
  }));
  const { computeConfig, storageConfig, kubernetesNetworkConfig } = settings;
  return { computeConfig, storageConfig, kubernetesNetworkConfig };
}

function kubeconfigOf({ name, endpoint, certificateAuthority, arn }: Cluster) {
  return all([name, endpoint, certificateAuthority, arn]).apply(([cluster, server, authority, ofCluster]) => {
    const region = ofCluster.split(":")[3];
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "aws",
      args: ["--region", region, "eks", "get-token", "--cluster-name", cluster, "--output", "json"],
      env: [{ name: "KUBERNETES_EXEC_INFO", value: '{"apiVersion": "client.authentication.k8s.io/v1beta1"}' }],
    };
    return {
      apiVersion: "v1",
      clusters: [{ cluster: { server, "certificate-authority-data": authority.data }, name: "kubernetes" }],
      contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
      "current-context": "aws",
      kind: "Config",
      users: [{ name: "aws", user: { exec } }],
    };
  });
}
