import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  ScanCommand,
  type TableDescription,
  TagResourceCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CreatePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  type PodIdentityAssociation,
} from "@aws-sdk/client-eks";
import {
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CLUSTER_NAME as clusterName } from "./kit/index.ts";

// Every client takes endpoint, region and keys from the sandbox's environment.

export const tables = async (): Promise<string[]> =>
  (await new DynamoDBClient().send(new ListTablesCommand())).TableNames ?? [];

export const table = async (TableName: string): Promise<TableDescription> =>
  (await new DynamoDBClient().send(new DescribeTableCommand({ TableName }))).Table!;

/** How a table is guarded: deletion protection, point-in-time recovery, and the attribute by which items expire. */
export async function guards(TableName: string): Promise<{ protected: boolean; recovery: boolean; ttl?: string }> {
  const client = new DynamoDBClient();
  const { DeletionProtectionEnabled = false } = await table(TableName);
  const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  const { TimeToLiveDescription: ttl } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  return {
    protected: DeletionProtectionEnabled,
    recovery: recovery === "ENABLED",
    ...(ttl?.TimeToLiveStatus === "ENABLED" && { ttl: ttl.AttributeName! }),
  };
}

/** A table's tags that say whose it is. */
export async function ownTags(TableName: string): Promise<Record<string, string>> {
  const { TableArn: ResourceArn } = await table(TableName);
  const { Tags = [] } = await new DynamoDBClient().send(new ListTagsOfResourceCommand({ ResourceArn }));
  const own = Tags.filter(({ Key = "" }) => Key.startsWith("carts-stack/"));
  return Object.fromEntries(own.map(({ Key, Value }) => [Key!.split("/")[1]!, Value!]));
}

export async function tagTable(TableName: string, tags: Record<string, string>): Promise<void> {
  const { TableArn: ResourceArn } = await table(TableName);
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await new DynamoDBClient().send(new TagResourceCommand({ ResourceArn, Tags }));
}

export async function putItems(TableName: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const Item = { id: { S: `item-${n}` }, customerId: { S: `customer-${n % 2}` } };
    await new DynamoDBClient().send(new PutItemCommand({ TableName, Item }));
  }
}

export const countItems = async (TableName: string): Promise<number> =>
  (await new DynamoDBClient().send(new ScanCommand({ TableName, Select: "COUNT" }))).Count!;

/** Makes a table as the carts service wants one, with its index, and waits until it is there. */
export async function makeTable(TableName: string): Promise<void> {
  const key = (AttributeName: string, KeyType: "HASH" | "RANGE" = "HASH") => ({ AttributeName, KeyType });
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
  const dynamodb = new DynamoDBClient();
  await dynamodb.send(
    new CreateTableCommand({
      ...{ TableName, BillingMode: "PAY_PER_REQUEST", KeySchema: [key("id")] },
      AttributeDefinitions: ["id", "customerId"].map(attribute),
      GlobalSecondaryIndexes: [
        {
          IndexName: "idx_global_customerId",
          KeySchema: [key("customerId"), key("id", "RANGE")],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName });
}

export const dropTable = async (TableName: string): Promise<void> => {
  await new DynamoDBClient().send(new DeleteTableCommand({ TableName }));
};

export async function associations(): Promise<PodIdentityAssociation[]> {
  const eks = new EKSClient();
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
  const details = associations.map(({ associationId }) =>
    eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId })),
  );
  return (await Promise.all(details)).map(({ association }) => association!);
}

export const roles = async (): Promise<string[]> =>
  ((await new IAMClient().send(new ListRolesCommand())).Roles ?? []).map(({ RoleName }) => RoleName!);

export const role = async (RoleName: string) => (await new IAMClient().send(new GetRoleCommand({ RoleName }))).Role!;

export const rolePolicy = async (RoleName: string, PolicyName: string): Promise<string> => {
  const { PolicyDocument } = await new IAMClient().send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  return decodeURIComponent(PolicyDocument!);
};

/**
 * Makes a role that EKS Pod Identity may assume.
 *
 * @param tables - ARNs of the tables that it may do anything with; default none.
 */
export async function makePodRole(RoleName: string, tables?: string): Promise<void> {
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const Principal = { Service: "pods.eks.amazonaws.com" };
  const trust = policy({ Effect: "Allow", Principal, Action: ["sts:AssumeRole", "sts:TagSession"] });
  const iam = new IAMClient();
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  if (!tables) return;
  const PolicyDocument = policy({ Effect: "Allow", Action: "dynamodb:*", Resource: tables });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "tables", PolicyDocument }));
}

/** Gives the pods of a service account a role. */
export async function associate(namespace: string, serviceAccount: string, roleName: string): Promise<void> {
  const roleArn = (await role(roleName)).Arn;
  await new EKSClient().send(
    new CreatePodIdentityAssociationCommand({ clusterName, namespace, serviceAccount, roleArn }),
  );
}
