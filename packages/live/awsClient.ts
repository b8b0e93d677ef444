import type { TableDescription } from "@aws-sdk/client-dynamodb";
import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import { UserError } from "../console/index.ts";

/** What `verify` asks of AWS. Undefined is what is not there; every method throws Error that says why it could not ask. */
export interface AwsClient {
  account(): Promise<string | undefined>;
  table(name: string): Promise<TableDescription | undefined>;
  /** The association of a service account, whoever made it. */
  association(cluster: string, namespace: string, serviceAccount: string): Promise<PodIdentityAssociation | undefined>;
  /** Trust policy of a role, as JSON. */
  trustPolicy(role: string): Promise<string | undefined>;
  /** Inline policy of a role, as JSON. */
  rolePolicy(role: string, policy: string): Promise<string | undefined>;
}

/** How the stack's own AWS provider is set up, as far as it says who asks, and where. */
export interface AwsSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly token?: string;
}

/**
 * Clients for the region and the credentials of the stack's provider; what it leaves open, the SDK finds as it always
 * does, `AWS_ENDPOINT_URL` included.
 *
 * @throws UserError when the SDK is not installed.
 */
export async function awsClient(settings: AwsSettings, signal: AbortSignal): Promise<AwsClient> {
  const [dynamodb, eks, iam, sts] = await Promise.all([
    import("@aws-sdk/client-dynamodb"),
    import("@aws-sdk/client-eks"),
    import("@aws-sdk/client-iam"),
    import("@aws-sdk/client-sts"),
  ]).catch(() => {
    throw new UserError("the packages @aws-sdk/client-dynamodb, -eks, -iam and -sts are not installed");
  });
  const { region, profile, accessKey, secretKey, token } = settings;
  const keys =
    accessKey && secretKey ? { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken: token } : undefined;
  const config = {
    maxAttempts: 3,
    ...(region && { region }),
    ...(profile && { profile }),
    ...(keys && { credentials: keys }),
  };
  const clients = {
    dynamodb: new dynamodb.DynamoDBClient(config),
    eks: new eks.EKSClient(config),
    iam: new iam.IAMClient(config),
    sts: new sts.STSClient(config),
  };
  const options = { abortSignal: signal };
  return {
    account: async () => (await found(clients.sts.send(new sts.GetCallerIdentityCommand({}), options)))?.Account,
    table: async (TableName) =>
      (await found(clients.dynamodb.send(new dynamodb.DescribeTableCommand({ TableName }), options)))?.Table,
    association: async (clusterName, namespace, serviceAccount) => {
      const key = { clusterName, namespace, serviceAccount };
      const listed = await found(clients.eks.send(new eks.ListPodIdentityAssociationsCommand(key), options));
      const associationId = listed?.associations?.[0]?.associationId;
      if (associationId === undefined) return undefined;
      const command = new eks.DescribePodIdentityAssociationCommand({ clusterName, associationId });
      return (await found(clients.eks.send(command, options)))?.association;
    },
    trustPolicy: async (RoleName) => {
      const answer = await found(clients.iam.send(new iam.GetRoleCommand({ RoleName }), options));
      return answer && decodeURIComponent(answer.Role?.AssumeRolePolicyDocument ?? "");
    },
    rolePolicy: async (RoleName, PolicyName) => {
      const answer = await found(clients.iam.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName }), options));
      return answer && decodeURIComponent(answer.PolicyDocument ?? "");
    },
  };
}

/** How AWS says that there is no such thing. */
const NOT_FOUND = new Set(["ResourceNotFoundException", "NoSuchEntityException", "NoSuchEntity"]);

async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { name, message } = error as Error;
    if (NOT_FOUND.has(name)) return undefined;
    // Of a connection, the message may be empty.
    throw new Error(`AWS: ${[name, message].filter(Boolean).join(": ")}`);
  }
}
