import { DeleteTableCommand, DynamoDBClient, ListTablesCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteAccessEntryCommand,
  DeleteCapabilityCommand,
  DeleteClusterCommand,
  DeletePodIdentityAssociationCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListCapabilitiesCommand,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
} from "@aws-sdk/client-eks";
import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { CLUSTER_NAME as clusterName } from "./testSandbox.ts";
import { until } from "./until.ts";

/** What an AWS account has, by name or id. */
export interface Account {
  readonly tables: readonly string[];
  readonly associations: readonly string[];
  readonly roles: readonly string[];
  readonly instanceProfiles: readonly string[];
  readonly clusters: readonly string[];
  /** `<cluster>,<name>` each. */
  readonly capabilities: readonly string[];
  /** Principals of the cluster that the sandbox has from the start. */
  readonly accessEntries: readonly string[];
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
  const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand());
  const { clusters = [] } = await eks.send(new ListClustersCommand());
  const { accessEntries = [] } = await eks.send(new ListAccessEntriesCommand({ clusterName }));
  const held = clusters.map(async (name) => {
    const { capabilities = [] } = await eks.send(new ListCapabilitiesCommand({ clusterName: name }));
    return capabilities.map(({ capabilityName }) => `${name},${capabilityName}`);
  });
  return {
    tables: TableNames,
    associations: associations.map(({ associationId }) => associationId!),
    roles: Roles.map(({ RoleName }) => RoleName!),
    instanceProfiles: InstanceProfiles.map(({ InstanceProfileName }) => InstanceProfileName!),
    clusters,
    capabilities: (await Promise.all(held)).flat(),
    accessEntries,
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
  await emptyClusters(eks, since);
  for (const InstanceProfileName of since("instanceProfiles")) {
    const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand());
    const { Roles = [] } = InstanceProfiles.find((one) => one.InstanceProfileName === InstanceProfileName) ?? {};
    for (const { RoleName } of Roles) {
      await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
    }
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
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
  await until("the account is as it was", async () => countOf(await account(env)) <= countOf(before));
}

const countOf = (all: Account): number => Object.values(all).flat().length;

/** Those that come or go just now are waited for. */
async function emptyClusters(eks: EKSClient, since: (what: keyof Account) => readonly string[]): Promise<void> {
  const eventually = (what: string, go: () => Promise<unknown>) =>
    until(`${what} is gone`, () =>
      go().then(
        () => false,
        (error: Error) => error.name === "ResourceNotFoundException",
      ),
    );
  for (const id of since("capabilities")) {
    const [name, capabilityName] = id.split(",");
    await eventually(id, () => eks.send(new DeleteCapabilityCommand({ clusterName: name, capabilityName })));
  }
  for (const name of since("clusters")) await eventually(name, () => eks.send(new DeleteClusterCommand({ name })));
  for (const principalArn of since("accessEntries")) {
    // A capability's goes with it.
    await eventually(principalArn, () => eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn })));
  }
}
