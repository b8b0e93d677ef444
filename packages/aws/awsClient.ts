import type { ScanCommandOutput, TableDescription } from "@aws-sdk/client-dynamodb";
import type { Cluster, PodIdentityAssociation } from "@aws-sdk/client-eks";
import type { Role } from "@aws-sdk/client-iam";
import { UserError } from "../console/index.ts";
import { ApiError } from "../live/index.ts";

/**
 * What is asked of AWS. Undefined is what is not there; every method throws ApiError for what AWS refuses, and Error where
 * it could not be asked.
 */
export interface AwsClient {
  /** Number of the account that the credentials are for. */
  account(): Promise<string | undefined>;
  table(name: string): Promise<TableDescription | undefined>;
  /** An EKS cluster. */
  cluster(name: string): Promise<Cluster | undefined>;
  /** The association of a service account, whoever made it. */
  association(cluster: string, namespace: string, serviceAccount: string): Promise<PodIdentityAssociation | undefined>;
  /** All associations of a cluster: a call for each. */
  associations(cluster: string): Promise<PodIdentityAssociation[]>;
  /** With its trust policy as JSON. */
  role(name: string): Promise<Role | undefined>;
  /** Inline policy of a role, as JSON. */
  rolePolicy(role: string, policy: string): Promise<string | undefined>;
  /** ARNs of the policies that are attached to a role: none of them is a part of it. Undefined where there is no such role. */
  attachedPolicies(role: string): Promise<readonly string[] | undefined>;
  /** How many items a table has now, by a scan that reads them all: that takes its time, and read units. */
  countItems(table: string): Promise<number | undefined>;
}

/** How the stack's own AWS provider is set up, as far as it says who asks, and where. */
export interface AwsSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly token?: string;
}

/** What a call may take. */
interface AwsLimits {
  /** How often it is tried. */
  readonly attempts: number;
  /** Seconds until a connection must be there. */
  readonly connect: number;
  /** Seconds until one attempt must be answered. */
  readonly request: number;
  /** Seconds for all of it, the search for credentials included. */
  readonly call: number;
}

/** How many are asked for side by side, of what has to be asked for one by one. */
const AT_A_TIME = 10;

const LIMITS: AwsLimits = { attempts: 3, connect: 5, request: 10, call: 25 };

/**
 * A client for the region and the credentials of the stack's provider; what it leaves open, the SDK finds as it always
 * does, `AWS_ENDPOINT_URL` included. Of the SDK, only what a call needs is loaded, and when it is called.
 *
 * @param signal - ends every call.
 */
export function awsClient(settings: AwsSettings, signal: AbortSignal, limits: AwsLimits = LIMITS): AwsClient {
  const config = configOf(settings, limits);
  const dynamodb = loaded(
    () => import("@aws-sdk/client-dynamodb"),
    (sdk) => ({ sdk, client: new sdk.DynamoDBClient(config) }),
  );
  const eks = loaded(
    () => import("@aws-sdk/client-eks"),
    (sdk) => ({ sdk, client: new sdk.EKSClient(config) }),
  );
  const iam = loaded(
    () => import("@aws-sdk/client-iam"),
    (sdk) => ({ sdk, client: new sdk.IAMClient(config) }),
  );
  const sts = loaded(
    () => import("@aws-sdk/client-sts"),
    (sdk) => ({ sdk, client: new sdk.STSClient(config) }),
  );
  const call = <T>(send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T | undefined> =>
    withinTime(send, signal, limits.call);

  return {
    async account() {
      const { sdk, client } = await sts();
      return (await call((options) => client.send(new sdk.GetCallerIdentityCommand({}), options)))?.Account;
    },
    async table(TableName) {
      const { sdk, client } = await dynamodb();
      return (await call((options) => client.send(new sdk.DescribeTableCommand({ TableName }), options)))?.Table;
    },
    async cluster(name) {
      const { sdk, client } = await eks();
      return (await call((options) => client.send(new sdk.DescribeClusterCommand({ name }), options)))?.cluster;
    },
    async association(clusterName, namespace, serviceAccount) {
      const { sdk, client } = await eks();
      const list = new sdk.ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount });
      const associationId = (await call((options) => client.send(list, options)))?.associations?.[0]?.associationId;
      if (associationId === undefined) return undefined;
      const describe = new sdk.DescribePodIdentityAssociationCommand({ clusterName, associationId });
      return (await call((options) => client.send(describe, options)))?.association;
    },
    async associations(clusterName) {
      const { sdk, client } = await eks();
      const ids: string[] = [];
      for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
        const list = new sdk.ListPodIdentityAssociationsCommand({ clusterName, nextToken });
        const page = await call((options) => client.send(list, options));
        ids.push(...(page?.associations ?? []).flatMap(({ associationId }) => associationId ?? []));
        nextToken = page?.nextToken;
      }
      const found: PodIdentityAssociation[] = [];
      while (ids.length > 0) {
        const details = ids.splice(0, AT_A_TIME).map(async (associationId) => {
          const describe = new sdk.DescribePodIdentityAssociationCommand({ clusterName, associationId });
          return (await call((options) => client.send(describe, options)))?.association;
        });
        found.push(...(await Promise.all(details)).filter((association) => association !== undefined));
      }
      return found;
    },
    async role(RoleName) {
      const { sdk, client } = await iam();
      const role = (await call((options) => client.send(new sdk.GetRoleCommand({ RoleName }), options)))?.Role;
      return role && { ...role, AssumeRolePolicyDocument: decodeURIComponent(role.AssumeRolePolicyDocument ?? "") };
    },
    async rolePolicy(RoleName, PolicyName) {
      const { sdk, client } = await iam();
      const command = new sdk.GetRolePolicyCommand({ RoleName, PolicyName });
      const answer = await call((options) => client.send(command, options));
      return answer && decodeURIComponent(answer.PolicyDocument ?? "");
    },
    async attachedPolicies(RoleName) {
      const { sdk, client } = await iam();
      const arns: string[] = [];
      for (let Marker: string | undefined, first = true; first || Marker; first = false) {
        const command = new sdk.ListAttachedRolePoliciesCommand({ RoleName, Marker });
        const page = await call((options) => client.send(command, options));
        if (!page) return undefined;
        arns.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []));
        Marker = page.Marker;
      }
      return arns;
    },
    async countItems(TableName) {
      const { sdk, client } = await dynamodb();
      let items = 0;
      let ExclusiveStartKey: ScanCommandOutput["LastEvaluatedKey"];
      do {
        const scan = new sdk.ScanCommand({ TableName, Select: "COUNT", ConsistentRead: true, ExclusiveStartKey });
        const page = await call((options) => client.send(scan, options));
        if (!page) return undefined;
        items += page.Count ?? 0;
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return items;
    },
  };
}

function configOf(
  { region, profile, accessKey, secretKey, token }: AwsSettings,
  { attempts, connect, request }: AwsLimits,
) {
  const keys =
    accessKey && secretKey ? { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken: token } : undefined;
  // Pulumi's provider and the AWS CLI know AWS_DEFAULT_REGION, the SDK does not.
  const place = region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  return {
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connect * 1000,
      requestTimeout: request * 1000,
      throwOnRequestTimeout: true,
    },
    ...(place && { region: place }),
    ...(profile && { profile }),
    ...(keys && { credentials: keys }),
  };
}

/** What is made of a module, once, when it is first asked for. */
function loaded<M, T>(load: () => Promise<M>, make: (module: M) => T): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= load().then(make, () => {
      throw new UserError("the packages @aws-sdk/client-dynamodb, -eks, -iam and -sts are not installed");
    });
    return made;
  };
}

/** How AWS says that there is no such thing. */
const NOT_FOUND = new Set(["ResourceNotFoundException", "NoSuchEntityException", "NoSuchEntity"]);
const FORBIDDEN = /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/;

interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The answer to a call with all that it takes, a look for credentials included; undefined for what is not there. */
async function withinTime<T>(
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  signal: AbortSignal,
  seconds: number,
): Promise<T | undefined> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(abortSignal.reason);
  abortSignal.addEventListener("abort", stop);
  try {
    abortSignal.throwIfAborted();
    return await Promise.race([send({ abortSignal }), stopped.promise]);
  } catch (error) {
    if (abortSignal.aborted) throw new Error(signal.aborted ? "interrupted" : `AWS did not answer within ${seconds} s`);
    const { name, message, $metadata } = error as AwsError;
    if (NOT_FOUND.has(name)) return undefined;
    // Of a connection, the message may be empty.
    const text = `AWS: ${[name, message].filter(Boolean).join(": ")}`;
    const status = $metadata?.httpStatusCode;
    throw status === undefined ? new Error(text) : new ApiError(text, status, FORBIDDEN.test(name));
  } finally {
    abortSignal.removeEventListener("abort", stop);
  }
}
