import type { Cluster, CreateClusterRequest, LogType } from "@aws-sdk/client-eks";
import { isProperties, type Properties, type PropertyValue } from "../plugin/values.ts";
import { AwsError, isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, type LiveResource, optionalText, text } from "./awsResource.ts";
import { CLUSTER_INPUTS } from "./eksClusterInputs.ts";
import { retryWhile } from "./retry.ts";
import { StandInError } from "./standInError.ts";
import { asTags, tagChanges, withoutAwsTags, withoutDefaultTags } from "./tags.ts";
import { untilActive, untilGone } from "./waiting.ts";

/**
 * An EKS cluster; its id is its name. Of changes the stand-in makes those of tags, and refuses the rest.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/eks/cluster/
 */
export const eksCluster: AwsResource = {
  type: "aws:eks/cluster:Cluster",
  inputs: CLUSTER_INPUTS,
  refusedInputs: [
    ...["controlPlaneScalingConfig", "defaultAddonsToRemoves", "forceUpdateVersion", "kubeApiServerConfig"],
    ...[
      "kubeControllerManagerConfig",
      "kubeSchedulerConfig",
      "outpostConfig",
      "remoteNetworkConfig",
      "zonalShiftConfig",
    ],
  ],
  computed: [
    ...["arn", "certificateAuthority", "clusterId", "createdAt", "endpoint", "identities", "platformVersion", "status"],
  ],
  create,
  ready: (id, planned, context) =>
    untilActive(`EKS Cluster (${id}) create`, async () => (await get(id, planned, context)).status, context),
  read,
  update,
  delete: remove,
};

async function create(planned: Properties, context: AwsContext): Promise<{ id: string }> {
  const eks = await context.clients.eks(optionalText(planned, "region"));
  const name = text(planned, "name");
  try {
    await retryRole(() => eks.createCluster(requestOf(planned)), context);
  } catch (error) {
    throw new Error(`creating EKS Cluster (${name}): ${(error as Error).message}`, { cause: error });
  }
  return { id: name };
}

function requestOf(planned: Properties): CreateClusterRequest {
  const types = (planned.enabledClusterLogTypes ?? []) as LogType[];
  const encryption = planned.encryptionConfig;
  // The fields of both have the same names; what isn't known is said before.
  const part = (name: string) => (isProperties(planned[name]) ? planned[name] : undefined) as object | undefined;
  const tags = asTags(planned.tagsAll);
  return {
    name: text(planned, "name"),
    roleArn: text(planned, "roleArn"),
    version: optionalText(planned, "version"),
    resourcesVpcConfig: part("vpcConfig"),
    accessConfig: part("accessConfig"),
    bootstrapSelfManagedAddons: planned.bootstrapSelfManagedAddons !== false,
    computeConfig: part("computeConfig"),
    deletionProtection: planned.deletionProtection === true ? true : undefined,
    encryptionConfig: encryption ? [encryption as object] : undefined,
    kubernetesNetworkConfig: part("kubernetesNetworkConfig"),
    logging: types.length > 0 ? { clusterLogging: [{ types, enabled: true }] } : undefined,
    storageConfig: part("storageConfig"),
    upgradePolicy: part("upgradePolicy"),
    tags: Object.keys(tags).length > 0 ? tags : undefined,
    clientRequestToken: crypto.randomUUID(),
  };
}

async function get(id: string, known: Properties, context: AwsContext): Promise<Cluster> {
  const eks = await context.clients.eks(optionalText(known, "region"));
  const { cluster } = await eks.describeCluster({ name: id });
  if (!cluster) throw new Error(`reading EKS Cluster (${id}): empty result`);
  return cluster;
}

async function read(id: string, known: Properties, context: AwsContext): Promise<LiveResource | undefined> {
  try {
    return describe(await get(id, known, context), known, context);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`reading EKS Cluster (${id}): ${(error as Error).message}`, { cause: error });
  }
}

async function update(id: string, current: Properties, planned: Properties, context: AwsContext): Promise<Properties> {
  const { outputs } = describe(await get(id, current, context), planned, context);
  for (const name of Object.keys(eksCluster.inputs).filter((name) => name !== "tags")) {
    if (!isIn(planned[name], outputs[name])) {
      throw new StandInError(`changing ${name} of an EKS cluster is not implemented`);
    }
  }
  const eks = await context.clients.eks(optionalText(current, "region"));
  const resourceArn = text(outputs, "arn");
  const tags = tagChanges(asTags(outputs.tagsAll), asTags(planned.tagsAll));
  if (tags.remove.length > 0) await eks.untagResource({ resourceArn, tagKeys: tags.remove });
  if (Object.keys(tags.set).length > 0) await eks.tagResource({ resourceArn, tags: tags.set });
  return describe(await get(id, current, context), planned, context).outputs;
}

/** Whether all that is asked for is so already. */
function isIn(asked: PropertyValue | undefined, has: PropertyValue | undefined): boolean {
  if (asked === undefined || asked === null) return true;
  if (isProperties(asked))
    return Object.entries(asked).every(([name, value]) => isIn(value, isProperties(has) ? has[name] : undefined));
  if (Array.isArray(asked))
    return JSON.stringify(asked.toSorted()) === JSON.stringify(Array.isArray(has) ? has.toSorted() : []);
  return asked === has || (asked === false && has === undefined);
}

async function remove(id: string, known: Properties, context: AwsContext): Promise<void> {
  const eks = await context.clients.eks(optionalText(known, "region"));
  try {
    // One that is going already is waited for.
    if ((await get(id, known, context)).status !== "DELETING") await eks.deleteCluster({ name: id });
    await untilGone(() => eks.describeCluster({ name: id }), context);
  } catch (error) {
    if (isNotFound(error)) return;
    throw new Error(`deleting EKS Cluster (${id}): ${(error as Error).message}`, { cause: error });
  }
}

function describe(live: Cluster, known: Properties, { config }: AwsContext): LiveResource {
  const tagsAll = withoutAwsTags(live.tags ?? {});
  const [encryption] = live.encryptionConfig ?? [];
  const vpc = live.resourcesVpcConfig;
  const network = live.kubernetesNetworkConfig;
  const outputs = {
    accessConfig: { ...live.accessConfig },
    arn: live.arn,
    bootstrapSelfManagedAddons: known.bootstrapSelfManagedAddons ?? true,
    certificateAuthority: { data: live.certificateAuthority?.data },
    clusterId: live.id ?? "",
    computeConfig: { ...live.computeConfig },
    createdAt: live.createdAt?.toISOString().replace(/\.\d+Z$/, "Z"),
    deletionProtection: live.deletionProtection ?? false,
    enabledClusterLogTypes: (live.logging?.clusterLogging ?? []).flatMap((one) =>
      one.enabled ? (one.types ?? []) : [],
    ),
    encryptionConfig: encryption && {
      provider: { keyArn: encryption.provider?.keyArn },
      resources: encryption.resources,
    },
    endpoint: live.endpoint,
    identities: [{ oidcs: [{ issuer: live.identity?.oidc?.issuer }] }],
    kubernetesNetworkConfig: {
      elasticLoadBalancing: { enabled: network?.elasticLoadBalancing?.enabled ?? false },
      ipFamily: network?.ipFamily,
      serviceIpv4Cidr: network?.serviceIpv4Cidr,
      serviceIpv6Cidr: network?.serviceIpv6Cidr,
    },
    name: live.name,
    platformVersion: live.platformVersion,
    region: known.region ?? config.region,
    roleArn: live.roleArn,
    status: live.status,
    storageConfig: { blockStorage: { ...live.storageConfig?.blockStorage } },
    tags: withoutDefaultTags(tagsAll, config.defaultTags, asTags(known.tags)),
    tagsAll,
    upgradePolicy: { ...live.upgradePolicy },
    version: live.version,
    vpcConfig: {
      clusterSecurityGroupId: vpc?.clusterSecurityGroupId,
      endpointPrivateAccess: vpc?.endpointPrivateAccess ?? false,
      endpointPublicAccess: vpc?.endpointPublicAccess ?? false,
      publicAccessCidrs: vpc?.publicAccessCidrs ?? [],
      securityGroupIds: vpc?.securityGroupIds ?? [],
      subnetIds: vpc?.subnetIds ?? [],
      vpcId: vpc?.vpcId,
    },
  };
  return { id: live.name ?? "", outputs };
}

/** A role that was just made may not be known to EKS yet. */
export function retryRole<T>(operation: () => Promise<T>, context: AwsContext): Promise<T> {
  const unknown = (error: unknown) =>
    error instanceof AwsError &&
    error.code === "InvalidParameterException" &&
    /does not exist|trusted entity is not correct|invalid principal/.test(error.detail);
  return retryWhile(operation, unknown, {
    signal: context.signal,
    timeoutMilliseconds: context.propagationMilliseconds,
  });
}
