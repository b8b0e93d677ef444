import { type AwsClient, type AwsSettings, awsClient } from "../../packages/aws/index.ts";
import { readStackConfig } from "./config.ts";
import type { OpenStack } from "./selection.ts";
import type { ManagedResource, ManagedStack } from "./state.ts";

/** The keys that say how Pulumi's AWS provider asks: of its config, and of a stack's after `aws:`. */
export const AWS_KEYS = ["region", "profile", "accessKey", "secretKey", "token"] as const;

const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** AWS as {@link awsSettingsOf} says. */
export const awsOf = (stack: ManagedStack, signal: AbortSignal): AwsClient => awsClient(awsSettingsOf(stack), signal);

/** The provider of the stack's association, else that of another of its resources in AWS. */
export function providerOfAws(resources: readonly ManagedResource[]): ManagedResource | undefined {
  const ofAws = resources.filter(({ type }) => type.startsWith("aws:"));
  const asked = ofAws.find(({ type }) => type === ASSOCIATION) ?? ofAws[0];
  return resources.find(({ urn }) => urn === asked?.provider);
}

/**
 * How the provider of the stack's association asks AWS, else that of another of its resources in AWS, else any. A stack whose
 * identities are ACK's may have none: then the region is that of an instance's table, and the environment says as whom.
 */
export function awsSettingsOf({ resources }: Pick<ManagedStack, "resources">): AwsSettings {
  const provider = providerOfAws(resources) ?? resources.find(({ type }) => type === "pulumi:providers:aws");
  if (provider) return provider.revealed as AwsSettings;
  const [, , , region] = String(statusesOf(resources)[0]?.tableARN ?? "").split(":");
  return region ? { region } : {};
}

/** The same of a stack that has nothing in AWS yet: by its config, as Pulumi's default provider has it. */
export async function awsOfConfig(open: OpenStack, signal: AbortSignal): Promise<AwsClient> {
  const config = await readStackConfig(
    open,
    AWS_KEYS.map((key) => `aws:${key}`),
  );
  return awsClient(Object.fromEntries(AWS_KEYS.map((key) => [key, config[`aws:${key}`]])), signal);
}

/** Number of the account that the stack's association, or an instance's role, is in; undefined where there is none. */
export function accountOf({ resources }: Pick<ManagedStack, "resources">): string | undefined {
  const association = resources.find(({ type }) => type === ASSOCIATION);
  const arn = association?.revealed.roleArn ?? statusesOf(resources).find(({ roleARN }) => roleARN)?.roleARN;
  return String(arn ?? "").split(":")[4] || undefined;
}

/** Of the instances that are ready, and say what ACK has made for them. */
const statusesOf = (resources: readonly ManagedResource[]): readonly Fields[] =>
  resources.flatMap(({ type, outputs: { status } }) =>
    type.startsWith("kubernetes:") && typeof (status as Fields | undefined)?.tableARN === "string"
      ? [status as Fields]
      : [],
  );

/** The EKS cluster that the stack's association is of, and the account that it was in; undefined where it has none. */
export function eksClusterOf({ resources }: ManagedStack): EksCluster | undefined {
  const found = resources.find(({ type }) => type === ASSOCIATION);
  const { clusterName } = found?.revealed ?? {};
  if (typeof clusterName !== "string") return ackClusterOf(resources);
  return { name: clusterName, account: /^arn:[^:]*:eks:[^:]*:(\d+):/.exec(String(found?.outputs.associationArn))?.[1] };
}

/** The same of an instance whose association is ACK's. */
function ackClusterOf(resources: readonly ManagedResource[]): EksCluster | undefined {
  const names = resources.flatMap(({ type, revealed }) => {
    const { identity } = Object(revealed.spec) as { readonly identity?: Fields };
    const isAck =
      type.startsWith("kubernetes:") && identity?.mode === "ack" && typeof identity.clusterName === "string";
    return isAck ? [identity.clusterName as string] : [];
  });
  return names[0] === undefined ? undefined : { name: names[0], account: accountOf({ resources }) };
}

export interface EksCluster {
  readonly name: string;
  /** Number of the AWS account. */
  readonly account: string | undefined;
}

/** An instance of a stack that has a DynamoDB table. */
export interface TableOwner {
  /** Such as `CartsStack default/carts-kro`. */
  readonly title: string;
  readonly name: string;
  readonly namespace: string;
  readonly table: string;
  /** The table is to go with it. */
  readonly deletes: boolean;
  readonly resource: ManagedResource;
}

export const tableOwners = ({ resources }: ManagedStack): TableOwner[] =>
  resources.flatMap((one) => ownerOf(one) ?? []);

function ownerOf(resource: ManagedResource): TableOwner | undefined {
  const { type, revealed } = resource;
  const { metadata, spec } = revealed as { readonly metadata?: Fields; readonly spec?: Fields };
  if (!type.startsWith("kubernetes:") || typeof spec?.tableName !== "string") return undefined;
  const [name, namespace] = [String(metadata?.name), String(metadata?.namespace ?? "default")];
  const title = `${type.split(":").at(-1)} ${namespace}/${name}`;
  return { title, name, namespace, table: spec.tableName, deletes: spec.tableOnDestroy === "delete", resource };
}

type Fields = Readonly<Record<string, unknown>>;
