import { DeleteTableCommand, DynamoDBClient, ListTablesCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DeletePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from "@aws-sdk/client-eks";
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { CLUSTER_NAME as clusterName } from "./testSandbox.ts";
import { until } from "./until.ts";

/** What an AWS account has, by name or id. */
export interface Account {
  readonly tables: readonly string[];
  readonly associations: readonly string[];
  readonly roles: readonly string[];
}

function clients(env: NodeJS.ProcessEnv) {
  const settings = {
    endpoint: env.AWS_ENDPOINT_URL!,
    region: env.AWS_REGION!,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
  };
  return { dynamodb: new DynamoDBClient(settings), eks: new EKSClient(settings), iam: new IAMClient(settings) };
}

export async function account(env: NodeJS.ProcessEnv): Promise<Account> {
  const { dynamodb, eks, iam } = clients(env);
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand());
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
  const { Roles = [] } = await iam.send(new ListRolesCommand());
  return {
    tables: TableNames,
    associations: associations.map(({ associationId }) => associationId!),
    roles: Roles.map(({ RoleName }) => RoleName!),
  };
}

/** Deletes what came since. */
export async function emptyAccount(env: NodeJS.ProcessEnv, before: Account): Promise<void> {
  const { dynamodb, eks, iam } = clients(env);
  const now = await account(env);
  const since = (what: keyof Account) => now[what].filter((name) => !before[what].includes(name));
  for (const associationId of since("associations")) {
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  }
  for (const RoleName of since("roles")) {
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies) await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  }
  for (const TableName of since("tables")) {
    // One may be going already.
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false })).catch(() => {});
    await dynamodb.send(new DeleteTableCommand({ TableName })).catch(() => {});
  }
  await until("the account is as it was", async () => {
    const { tables, associations, roles } = await account(env);
    return (
      [tables, associations, roles].flat().length <= [before.tables, before.associations, before.roles].flat().length
    );
  });
}
