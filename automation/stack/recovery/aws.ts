import { type AwsClient, type AwsSettings, awsClient } from "../../../packages/aws/index.ts";
import { interrupted, UserError } from "../../../packages/console/index.ts";
import { samePolicy } from "../../../packages/iam/index.ts";
import { type ManagedResource, type ManagedStack, nameOfUrn } from "../state.ts";
import { contains, type Found, type Lookup } from "./found.ts";

/**
 * Looks up an IAM role, its policy, or a Pod Identity association by its natural key.
 *
 * @param limits - what a call may take. Default: what is usual.
 */
export const awsLookup = (
  resource: ManagedResource,
  stack: ManagedStack,
  limits?: Parameters<typeof awsClient>[2],
): ReturnType<Lookup> => {
  const aws = awsClient(settingsOf(resource, stack), interrupted, limits);
  const declared = resource.revealed as Declared;
  return LOOKUPS[resource.type]!(declared, aws, stack).catch((error: Error) => {
    throw new UserError(`${resource.type} ${nameOfUrn(resource.urn)} can't be looked up: ${error.message}`);
  });
};

export const isAwsKind = (type: string): boolean => Object.hasOwn(LOOKUPS, type);

type Declared = Readonly<Record<string, string>> & { readonly tags?: Readonly<Record<string, string>> };

const LOOKUPS: Readonly<
  Record<string, (declared: Declared, aws: AwsClient, stack: ManagedStack) => Promise<Found | undefined>>
> = {
  "aws:iam/role:Role": async (declared, aws) => {
    const role = await aws.role(declared.name!);
    if (!role) return undefined;
    const tags = Object.fromEntries((role.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    const differs = differences({
      description: (role.Description ?? "") === (declared.description ?? ""),
      assumeRolePolicy: samePolicy(role.AssumeRolePolicyDocument!, declared.assumeRolePolicy!),
      tags: contains(tags, declared.tags ?? {}),
    });
    return { id: declared.name!, fingerprint: role.Arn, created: role.CreateDate, differs };
  },
  "aws:iam/rolePolicy:RolePolicy": async (declared, aws, { resources }) => {
    const { role, name } = declared as { readonly role: string; readonly name: string };
    const found = await aws.rolePolicy(role, name);
    if (found === undefined) return undefined;
    // A policy is of its role, and IAM keeps no date of its own for it.
    const isOwn = resources.some(({ type, id }) => type === "aws:iam/role:Role" && id === role);
    const policy = samePolicy(found, declared.policy!);
    const differs = differences({ policy, [`its role ${role}, which this stack does not have`]: isOwn });
    return { id: `${role}:${name}`, fingerprint: undefined, created: undefined, differs };
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": async (declared, aws) => {
    const { clusterName, namespace, serviceAccount, roleArn, tags = {} } = declared as Required<Declared>;
    const found = await aws.association(clusterName!, namespace!, serviceAccount!);
    if (!found) return undefined;
    const differs = differences({
      roleArn: found.roleArn === roleArn,
      // Somebody may have set what is not declared: pods act as another role then, or without tags.
      targetRoleArn: (found.targetRoleArn ?? "") === (declared.targetRoleArn ?? ""),
      disableSessionTags: Boolean(found.disableSessionTags) === Boolean(declared.disableSessionTags),
      tags: contains(found.tags ?? {}, tags),
    });
    const { associationId, associationArn, createdAt } = found;
    return { id: `${clusterName},${associationId}`, fingerprint: associationArn, created: createdAt, differs };
  },
};

const differences = (equal: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(equal).filter((name) => !equal[name]);

/** What the resource's own provider was configured with. */
const settingsOf = ({ provider }: ManagedResource, { resources }: ManagedStack): AwsSettings =>
  resources.find(({ urn }) => urn === provider)?.revealed ?? {};
