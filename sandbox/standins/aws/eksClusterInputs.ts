import type { InputSpec } from "./awsResource.ts";
import { arnProblem } from "./role.ts";

const enabled: InputSpec = { type: "boolean", computed: true };

/** Inputs of an EKS cluster. See https://www.pulumi.com/registry/packages/aws/api-docs/eks/cluster/#inputs */
export const CLUSTER_INPUTS: Readonly<Record<string, InputSpec>> = {
  accessConfig: {
    type: "object",
    computed: true,
    fields: {
      authenticationMode: { type: "string", computed: true },
      bootstrapClusterCreatorAdminPermissions: { type: "boolean", computed: true, forceNew: true },
    },
  },
  bootstrapSelfManagedAddons: { type: "boolean", forceNew: true, default: true },
  computeConfig: {
    type: "object",
    computed: true,
    fields: {
      enabled,
      nodePools: { type: "texts", computed: true },
      nodeRoleArn: { type: "string", computed: true, forceNew: true, problem: arnProblem },
    },
  },
  deletionProtection: { type: "boolean", computed: true },
  enabledClusterLogTypes: { type: "texts" },
  encryptionConfig: {
    type: "object",
    forceNew: true,
    fields: {
      provider: { type: "object", required: true, fields: { keyArn: { type: "string", required: true } } },
      resources: { type: "texts", required: true },
    },
  },
  kubernetesNetworkConfig: {
    type: "object",
    computed: true,
    fields: {
      elasticLoadBalancing: { type: "object", computed: true, fields: { enabled } },
      ipFamily: { type: "string", computed: true, forceNew: true },
      serviceIpv4Cidr: { type: "string", computed: true, forceNew: true },
      serviceIpv6Cidr: { type: "string", computed: true },
    },
  },
  name: {
    type: "string",
    forceNew: true,
    computed: true,
    autonameLength: 100,
    problem: (value) =>
      /^[0-9A-Za-z][\w-]{0,99}$/.test(String(value))
        ? undefined
        : "must be 1 to 100 letters, digits, hyphens and underscores, and begin with a letter or digit",
  },
  region: { type: "string", forceNew: true, computed: true },
  roleArn: { type: "string", required: true, forceNew: true, problem: arnProblem },
  storageConfig: {
    type: "object",
    computed: true,
    fields: { blockStorage: { type: "object", computed: true, fields: { enabled } } },
  },
  tags: { type: "tags" },
  upgradePolicy: { type: "object", computed: true, fields: { supportType: { type: "string", computed: true } } },
  version: { type: "string", computed: true },
  vpcConfig: {
    type: "object",
    required: true,
    fields: {
      clusterSecurityGroupId: { type: "string", computed: true },
      endpointPrivateAccess: { type: "boolean", computed: true },
      endpointPublicAccess: { type: "boolean", computed: true },
      publicAccessCidrs: { type: "texts", computed: true },
      securityGroupIds: { type: "texts", computed: true },
      subnetIds: { type: "texts", required: true },
      vpcId: { type: "string", computed: true },
    },
  },
};
