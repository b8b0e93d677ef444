import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
  type TableDescription,
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
