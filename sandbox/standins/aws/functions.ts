import type { Properties } from "../plugin/values.ts";
import { getAddonVersion } from "./addon.ts";
import { isNotFound } from "./awsError.ts";
import type { AwsContext } from "./awsResource.ts";
import { describeCluster } from "./cluster.ts";
import { StandInError } from "./standInError.ts";
import { getSubnets, getVpc } from "./vpc.ts";

/** A function of the provider: the arguments that it takes and what it answers. */
export interface AwsFunction {
  readonly args: readonly string[];
  run(args: Properties, context: AwsContext): Promise<Properties>;
}

/** The functions by token. See https://www.pulumi.com/registry/packages/aws/api-docs/ for what each gives. */
export const functions: Readonly<Record<string, AwsFunction>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { args: ["id"], run: getCallerIdentity },
  "aws:index/getPartition:getPartition": { args: ["id"], run: getPartition },
  "aws:index/getRegion:getRegion": { args: ["id", "name", "region"], run: getRegion },
  "aws:iam/getRole:getRole": { args: ["name", "tags"], run: getRole },
  "aws:dynamodb/getTable:getTable": { args: ["name"], run: getTable },
  "aws:ec2/getSubnets:getSubnets": { args: ["filters"], run: getSubnets },
  "aws:ec2/getVpc:getVpc": { args: ["default"], run: getVpc },
  "aws:eks/getAddonVersion:getAddonVersion": {
    args: ["addonName", "kubernetesVersion", "mostRecent"],
    run: getAddonVersion,
  },
  "aws:eks/getCluster:getCluster": { args: ["name", "region", "tags"], run: getCluster },
};

/** The regions that every account has. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
const regions: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-northeast-3": "Asia Pacific (Osaka)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "ca-central-1": "Canada (Central)",
  "eu-central-1": "Europe (Frankfurt)",
  "eu-north-1": "Europe (Stockholm)",
  "eu-west-1": "Europe (Ireland)",
  "eu-west-2": "Europe (London)",
  "eu-west-3": "Europe (Paris)",
  "sa-east-1": "South America (Sao Paulo)",
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
};

async function getCallerIdentity(_args: Properties, { clients }: AwsContext): Promise<Properties> {
  const { Account, Arn, UserId } = await (await clients.sts()).getCallerIdentity({});
  return { accountId: Account, arn: Arn, id: Account, userId: UserId };
}

async function getPartition(_args: Properties, { config }: AwsContext): Promise<Properties> {
  requireRegion(config.region);
  return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
}

async function getRegion(args: Properties, { config }: AwsContext): Promise<Properties> {
  const region = String(args.region ?? args.name ?? config.region);
  const description = requireRegion(region);
  return { id: region, name: region, region, description, endpoint: `ec2.${region}.amazonaws.com` };
}

function requireRegion(region: string): string {
  const description = regions[region];
  if (description) return description;
  throw new StandInError(
    `the region ${JSON.stringify(region)} is not implemented; known are ${Object.keys(regions).join(", ")}`,
  );
}

async function getRole({ name }: Properties, { clients }: AwsContext): Promise<Properties> {
  const RoleName = String(name);
  const { Role: live } = await (await clients.iam()).getRole({ RoleName }).catch(failReading(`IAM Role (${RoleName})`));
  if (!live) throw new Error(`reading IAM Role (${RoleName}): empty result`);
  const { LastUsedDate, Region } = live.RoleLastUsed ?? {};
  return {
    arn: live.Arn,
    assumeRolePolicy: decodeURIComponent(live.AssumeRolePolicyDocument ?? ""),
    createDate: rfc3339(live.CreateDate),
    description: live.Description ?? "",
    id: RoleName,
    maxSessionDuration: live.MaxSessionDuration ?? 3600,
    name: RoleName,
    path: live.Path,
    permissionsBoundary: live.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
    roleLastUseds: LastUsedDate ? [{ lastUsedDate: rfc3339(LastUsedDate), region: Region ?? "" }] : [],
    tags: Object.fromEntries((live.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
    uniqueId: live.RoleId,
  };
}

async function getCluster({ name, region }: Properties, { clients, config }: AwsContext): Promise<Properties> {
  const regionName = region ? String(region) : config.region;
  const eks = await clients.eks(regionName);
  const { cluster } = await eks.describeCluster({ name: String(name) }).catch(failReading(`EKS Cluster (${name})`));
  if (!cluster) throw new Error(`reading EKS Cluster (${name}): empty result`);
  return describeCluster(cluster, regionName);
}

/** What is asked of it: the fields of the table's items and indexes are left out. */
async function getTable({ name }: Properties, { clients, config }: AwsContext): Promise<Properties> {
  const TableName = String(name);
  const dynamodb = await clients.dynamodb();
  const fail = failReading(`Dynamodb Table (${TableName})`);
  const { Table: live } = await dynamodb.describeTable({ TableName }).catch(fail);
  if (!live) throw new Error(`reading Dynamodb Table (${TableName}): empty result`);
  const { ContinuousBackupsDescription: backups } = await dynamodb.describeContinuousBackups({ TableName }).catch(fail);
  const { TimeToLiveDescription: ttl } = await dynamodb.describeTimeToLive({ TableName }).catch(fail);
  const { Tags = [] } = await dynamodb.listTagsOfResource({ ResourceArn: live.TableArn }).catch(fail);
  const recovery = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  return {
    arn: live.TableArn,
    billingMode: live.BillingModeSummary?.BillingMode ?? "PROVISIONED",
    deletionProtectionEnabled: live.DeletionProtectionEnabled ?? false,
    id: TableName,
    name: TableName,
    pointInTimeRecovery: { enabled: recovery === "ENABLED", recoveryPeriodInDays: 0 },
    region: config.region,
    serverSideEncryption: {
      enabled: live.SSEDescription?.Status === "ENABLED",
      kmsKeyArn: live.SSEDescription?.KMSMasterKeyArn ?? "",
    },
    tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    ttl: { attributeName: ttl?.AttributeName ?? "", enabled: ttl?.TimeToLiveStatus === "ENABLED" },
  };
}

function failReading(what: string): (error: Error) => never {
  return (error) => {
    throw new Error(`reading ${what}: ${isNotFound(error) ? "couldn't find resource" : error.message}`, {
      cause: error,
    });
  };
}

function rfc3339(date: Date | undefined): string | undefined {
  return date?.toISOString().replace(/\.\d+Z$/, "Z");
}
