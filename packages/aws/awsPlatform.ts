import type { AccessEntry, Addon, Capability } from "@aws-sdk/client-eks";
import { type AwsLimits, type AwsSettings, LIMITS, sdkClients } from "./calls.ts";

/** Whom AWS takes the credentials for. */
export interface Caller {
  /** Number of the account. */
  readonly account: string;
  readonly arn: string;
}

/**
 * What is asked of AWS of the ground that a stack stands on: account, region, and what the platform team has given an EKS
 * cluster. It only reads. Undefined is what is not there; every method throws ApiError for what AWS refuses, and Error
 * where it could not be asked.
 */
export interface AwsPlatform {
  /** The region that is asked. Throws Error where none is set. */
  region(): Promise<string>;
  caller(): Promise<Caller | undefined>;
  /** The capabilities of a cluster, in full: a call for each. */
  capabilities(cluster: string): Promise<Capability[]>;
  addon(cluster: string, name: string): Promise<Addon | undefined>;
  /** Who an IAM role is to the API server of a cluster. */
  accessEntry(cluster: string, principal: string): Promise<AccessEntry | undefined>;
  /** The names of the access policies that EKS applies to an IAM role, such as `AmazonEKSKROPolicy`. */
  accessPolicies(cluster: string, principal: string): Promise<string[]>;
  /**
   * Which of the actions a role's policies don't allow on a resource.
   *
   * @param role - ARN.
   * @param resource - ARN.
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
   */
  notAllowed(role: string, actions: readonly string[], resource: string): Promise<string[]>;
  /** Numbers of what the account has in IAM, and may have, such as `Roles` and `RolesQuota`. */
  accountSummary(): Promise<Readonly<Record<string, number>>>;
}

/**
 * A client as {@link AwsPlatform} says, for a region and credentials; what `settings` leave open, the SDK finds as it always
 * does.
 *
 * @param signal - ends every call.
 */
export function awsPlatform(settings: AwsSettings, signal: AbortSignal, limits: AwsLimits = LIMITS): AwsPlatform {
  const { eks, iam, sts } = sdkClients(settings, signal, limits);

  return {
    async region() {
      const { client } = await eks();
      return client.config.region();
    },
    async caller() {
      const { sdk, client, call } = await sts();
      const found = await call((options) => client.send(new sdk.GetCallerIdentityCommand({}), options));
      return found?.Account && found.Arn ? { account: found.Account, arn: found.Arn } : undefined;
    },
    async capabilities(clusterName) {
      const { sdk, client, call } = await eks();
      const names = await paged(async (nextToken) => {
        const page = await call((options) =>
          client.send(new sdk.ListCapabilitiesCommand({ clusterName, nextToken }), options),
        );
        return { items: page?.capabilities?.map(({ capabilityName }) => capabilityName), nextToken: page?.nextToken };
      });
      const details = names.map(async (capabilityName) => {
        const describe = new sdk.DescribeCapabilityCommand({ clusterName, capabilityName });
        return (await call((options) => client.send(describe, options)))?.capability;
      });
      return (await Promise.all(details)).filter((one) => one !== undefined);
    },
    async addon(clusterName, addonName) {
      const { sdk, client, call } = await eks();
      const describe = new sdk.DescribeAddonCommand({ clusterName, addonName });
      return (await call((options) => client.send(describe, options)))?.addon;
    },
    async accessEntry(clusterName, principalArn) {
      const { sdk, client, call } = await eks();
      const describe = new sdk.DescribeAccessEntryCommand({ clusterName, principalArn });
      return (await call((options) => client.send(describe, options)))?.accessEntry;
    },
    async accessPolicies(clusterName, principalArn) {
      const { sdk, client, call } = await eks();
      return paged(async (nextToken) => {
        const ask = new sdk.ListAssociatedAccessPoliciesCommand({ clusterName, principalArn, nextToken });
        const page = await call((options) => client.send(ask, options));
        const items = page?.associatedAccessPolicies?.map(({ policyArn }) => policyArn?.split("/").at(-1));
        return { items, nextToken: page?.nextToken };
      });
    },
    async notAllowed(role, actions, resource) {
      const { sdk, client, call } = await iam();
      return paged(async (Marker) => {
        const ask = new sdk.SimulatePrincipalPolicyCommand({
          ...{ PolicySourceArn: role, ActionNames: [...actions], ResourceArns: [resource], Marker },
        });
        const page = await call((options) => client.send(ask, options));
        if (!page) throw new Error(`AWS: there is no role ${role}`);
        const items = page.EvaluationResults?.flatMap(({ EvalActionName, EvalDecision }) =>
          EvalDecision === "allowed" ? [] : [EvalActionName],
        );
        return { items, nextToken: page.IsTruncated ? page.Marker : undefined };
      });
    },
    async accountSummary() {
      const { sdk, client, call } = await iam();
      const found = await call((options) => client.send(new sdk.GetAccountSummaryCommand({}), options));
      return (found?.SummaryMap ?? {}) as Record<string, number>;
    },
  };
}

/** All pages of an answer, one after the other. */
async function paged(
  ask: (token: string | undefined) => Promise<{
    readonly items: readonly (string | undefined)[] | undefined;
    readonly nextToken: string | undefined;
  }>,
): Promise<string[]> {
  const found: string[] = [];
  for (let token: string | undefined, first = true; first || token; first = false) {
    const page = await ask(token);
    found.push(...(page.items ?? []).filter((item) => item !== undefined));
    token = page.nextToken;
  }
  return found;
}
