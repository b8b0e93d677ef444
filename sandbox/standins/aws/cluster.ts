import type { Cluster } from "@aws-sdk/client-eks";
import type { Properties, PropertyValue } from "../plugin/values.ts";

/**
 * An EKS cluster as `aws.eks.getCluster` gives it: nested settings are lists of one, empty where the cluster has none.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/eks/getcluster/
 */
export function describeCluster(cluster: Cluster, region: string): Properties {
  const network = cluster.kubernetesNetworkConfig;
  const vpc = cluster.resourcesVpcConfig;
  const logs = cluster.logging?.clusterLogging?.filter(({ enabled }) => enabled) ?? [];
  return {
    accessConfigs: listOf(cluster.accessConfig, (config) => ({
      authenticationMode: config.authenticationMode,
      bootstrapClusterCreatorAdminPermissions: config.bootstrapClusterCreatorAdminPermissions ?? false,
    })),
    arn: cluster.arn,
    certificateAuthorities: listOf(cluster.certificateAuthority, ({ data }) => ({ data })),
    clusterId: cluster.id ?? "",
    computeConfigs: listOf(cluster.computeConfig, ({ enabled, nodePools = [], nodeRoleArn }) => ({
      enabled: enabled ?? false,
      nodePools,
      nodeRoleArn: nodeRoleArn ?? "",
    })),
    controlPlaneScalingConfigs: listOf(cluster.controlPlaneScalingConfig, ({ tier }) => ({ tier })),
    createdAt: cluster.createdAt?.toISOString().replace(/\.\d+Z$/, "Z"),
    deletionProtection: cluster.deletionProtection ?? false,
    enabledClusterLogTypes: logs.flatMap(({ types }) => types ?? []),
    endpoint: cluster.endpoint,
    id: cluster.name,
    identities: listOf(cluster.identity, ({ oidc }) => ({ oidcs: listOf(oidc, ({ issuer }) => ({ issuer })) })),
    kubeApiServerConfigs: [],
    kubeControllerManagerConfigs: [],
    kubeSchedulerConfigs: [],
    kubernetesNetworkConfigs: listOf(
      network,
      ({ elasticLoadBalancing, ipFamily, serviceIpv4Cidr, serviceIpv6Cidr }) => ({
        elasticLoadBalancings: listOf(elasticLoadBalancing, ({ enabled }) => ({ enabled: enabled ?? false })),
        ipFamily: ipFamily ?? "",
        serviceIpv4Cidr: serviceIpv4Cidr ?? "",
        serviceIpv6Cidr: serviceIpv6Cidr ?? "",
      }),
    ),
    name: cluster.name,
    outpostConfigs: [],
    platformVersion: cluster.platformVersion,
    region,
    remoteNetworkConfigs: listOf(
      cluster.remoteNetworkConfig,
      ({ remoteNodeNetworks = [], remotePodNetworks = [] }) => ({
        remoteNodeNetworks: remoteNodeNetworks.map(({ cidrs = [] }) => ({ cidrs })),
        remotePodNetworks: remotePodNetworks.map(({ cidrs = [] }) => ({ cidrs })),
      }),
    ),
    roleArn: cluster.roleArn,
    status: cluster.status,
    storageConfigs: listOf(cluster.storageConfig, ({ blockStorage }) => ({
      blockStorages: listOf(blockStorage, ({ enabled }) => ({ enabled: enabled ?? false })),
    })),
    tags: cluster.tags ?? {},
    upgradePolicies: listOf(cluster.upgradePolicy, ({ supportType }) => ({ supportType })),
    version: cluster.version,
    vpcConfig: {
      clusterSecurityGroupId: vpc?.clusterSecurityGroupId ?? "",
      controlPlaneEgressMode: "",
      endpointPrivateAccess: vpc?.endpointPrivateAccess ?? false,
      endpointPublicAccess: vpc?.endpointPublicAccess ?? false,
      publicAccessCidrs: vpc?.publicAccessCidrs ?? [],
      securityGroupIds: vpc?.securityGroupIds ?? [],
      subnetIds: vpc?.subnetIds ?? [],
      vpcId: vpc?.vpcId ?? "",
    },
    zonalShiftConfigs: listOf(cluster.zonalShiftConfig, ({ enabled }) => ({ enabled: enabled ?? false })),
  };
}

function listOf<T>(value: T | undefined, describe: (value: T) => Properties): PropertyValue[] {
  return value === undefined ? [] : [describe(value)];
}
