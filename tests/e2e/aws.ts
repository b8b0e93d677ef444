import {
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import {
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
} from "@aws-sdk/client-iam";

// Every client takes endpoint, region and keys from the sandbox's environment.
const clusterName = "eks-workshop-auto";

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

/** Makes a role that EKS Pod Identity may assume. */
export async function makePodRole(RoleName: string): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ],
  });
  await new IAMClient().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
}
