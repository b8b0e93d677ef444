import { type AwsClient, awsClient } from "../../packages/aws/index.ts";
import { runPulumi } from "./pulumi.ts";
import type { OpenStack } from "./selection.ts";
import type { ManagedResource, ManagedStack } from "./state.ts";

const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** AWS as the provider of the stack's association asks it, else that of another of its resources in AWS. */
export function awsOf(stack: ManagedStack, signal: AbortSignal): AwsClient {
  const ofAws = stack.resources.filter(({ type }) => type.startsWith("aws:"));
  const asked = ofAws.find(({ type }) => type === ASSOCIATION) ?? ofAws[0];
  return awsClient(stack.resources.find(({ urn }) => urn === asked?.provider)?.revealed ?? {}, signal);
}

/** The same of a stack that has nothing in AWS yet: by its config, as Pulumi's default provider has it. */
export async function awsOfConfig({ stack, cwd, configFile }: OpenStack, signal: AbortSignal): Promise<AwsClient> {
  const file = configFile === undefined ? [] : ["--config-file", configFile];
  const args = ["config", "--json", "--show-secrets", "--stack", stack.name, ...file];
  const { stdout } = await runPulumi(args, cwd, {}, undefined, undefined, signal);
  const config = JSON.parse(stdout) as Readonly<Record<string, { readonly value?: string }>>;
  const keys = ["region", "profile", "accessKey", "secretKey", "token"];
  return awsClient(Object.fromEntries(keys.map((key) => [key, config[`aws:${key}`]?.value])), signal);
}

/** The EKS cluster that the stack's association is of, and the account that it was in; undefined where it has none. */
export function eksClusterOf({ resources }: ManagedStack): EksCluster | undefined {
  const found = resources.find(({ type }) => type === ASSOCIATION);
  const { clusterName } = found?.revealed ?? {};
  if (typeof clusterName !== "string") return undefined;
  return { name: clusterName, account: /^arn:[^:]*:eks:[^:]*:(\d+):/.exec(String(found?.outputs.associationArn))?.[1] };
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
