import type { ScanCommandOutput, TableDescription } from "@aws-sdk/client-dynamodb";
import type { Cluster, PodIdentityAssociation, PodIdentityAssociationSummary } from "@aws-sdk/client-eks";
import type { Role } from "@aws-sdk/client-iam";
import { type AwsLimits, type AwsSettings, LIMITS, sdkClients } from "./calls.ts";

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
  /**
   * Associations of a cluster: a call for every hundred of them, and one for each that is wanted.
   *
   * @param isWanted - by what the list tells. Default: all of them.
   */
  associations(
    cluster: string,
    isWanted?: (listed: PodIdentityAssociationSummary) => boolean,
  ): Promise<PodIdentityAssociation[]>;
  /** With its trust policy as JSON. */
  role(name: string): Promise<Role | undefined>;
  /** Inline policy of a role, as JSON. */
  rolePolicy(role: string, policy: string): Promise<string | undefined>;
  /** ARNs of the policies that are attached to a role: none of them is a part of it. Undefined where there is no such role. */
  attachedPolicies(role: string): Promise<readonly string[] | undefined>;
  /** How many items a table has now, by a scan that reads them all: that takes its time, and read units. */
  countItems(table: string): Promise<number | undefined>;
}

/**
 * A client for the region and the credentials of the stack's provider; what it leaves open, the SDK finds as it always
 * does, `AWS_ENDPOINT_URL` included. Of the SDK, only what a call needs is loaded, and when it is called.
 *
 * @param signal - ends every call.
 */
export function awsClient(settings: AwsSettings, signal: AbortSignal, limits: AwsLimits = LIMITS): AwsClient {
  const { dynamodb, eks, iam, sts } = sdkClients(settings, signal, limits);

  return {
    async account() {
      const { sdk, client, call } = await sts();
      return (await call((options) => client.send(new sdk.GetCallerIdentityCommand({}), options)))?.Account;
    },
    async table(TableName) {
      const { sdk, client, call } = await dynamodb();
      return (await call((options) => client.send(new sdk.DescribeTableCommand({ TableName }), options)))?.Table;
    },
    async cluster(name) {
      const { sdk, client, call } = await eks();
      return (await call((options) => client.send(new sdk.DescribeClusterCommand({ name }), options)))?.cluster;
    },
    async association(clusterName, namespace, serviceAccount) {
      const { sdk, client, call } = await eks();
      const list = new sdk.ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount });
      const associationId = (await call((options) => client.send(list, options)))?.associations?.[0]?.associationId;
      if (associationId === undefined) return undefined;
      const describe = new sdk.DescribePodIdentityAssociationCommand({ clusterName, associationId });
      return (await call((options) => client.send(describe, options)))?.association;
    },
    async associations(clusterName, isWanted = () => true) {
      const { sdk, client, call } = await eks();
      const listed: PodIdentityAssociationSummary[] = [];
      for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
        const list = new sdk.ListPodIdentityAssociationsCommand({ clusterName, nextToken });
        const page = await call((options) => client.send(list, options));
        listed.push(...(page?.associations ?? []));
        nextToken = page?.nextToken;
      }
      const details = listed.filter(isWanted).map(async ({ associationId }) => {
        const describe = new sdk.DescribePodIdentityAssociationCommand({ clusterName, associationId });
        return (await call((options) => client.send(describe, options)))?.association;
      });
      return (await Promise.all(details)).filter((association) => association !== undefined);
    },
    async role(RoleName) {
      const { sdk, client, call } = await iam();
      const role = (await call((options) => client.send(new sdk.GetRoleCommand({ RoleName }), options)))?.Role;
      return role && { ...role, AssumeRolePolicyDocument: decodeURIComponent(role.AssumeRolePolicyDocument ?? "") };
    },
    async rolePolicy(RoleName, PolicyName) {
      const { sdk, client, call } = await iam();
      const command = new sdk.GetRolePolicyCommand({ RoleName, PolicyName });
      const answer = await call((options) => client.send(command, options));
      return answer && decodeURIComponent(answer.PolicyDocument ?? "");
    },
    async attachedPolicies(RoleName) {
      const { sdk, client, call } = await iam();
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
      const { sdk, client, call } = await dynamodb();
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
