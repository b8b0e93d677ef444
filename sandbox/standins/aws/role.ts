import type { IAM, Role as IamRole } from "@aws-sdk/client-iam";
import type { Properties, PropertyValue } from "../plugin/values.ts";
import { AwsError, isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, type LiveResource, optionalText, text } from "./awsResource.ts";
import { equivalentPolicies, normalizePolicy } from "./policyDocument.ts";
import { policyToKeep } from "./resourcePlan.ts";
import { retryWhile } from "./retry.ts";
import { asTags, tagChanges, withoutAwsTags, withoutDefaultTags } from "./tags.ts";

/** An IAM role. See https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/ */
export const role: AwsResource = {
  type: "aws:iam/role:Role",
  inputs: {
    assumeRolePolicy: { type: "policy", required: true },
    description: {
      type: "string",
      problem: (value) => (String(value).length > 1000 ? "is longer than 1000 characters" : undefined),
    },
    forceDetachPolicies: { type: "boolean", default: false },
    maxSessionDuration: {
      type: "integer",
      default: 3600,
      problem: (value) => (Number(value) < 3600 || Number(value) > 43200 ? "must be from 3600 to 43200" : undefined),
    },
    name: {
      type: "string",
      forceNew: true,
      computed: true,
      autonameLength: 64,
      problem: (value) =>
        /^[\w+=,.@-]{1,64}$/.test(String(value))
          ? undefined
          : "must be 1 to 64 letters, digits or characters of +=,.@_-",
    },
    path: { type: "string", default: "/", forceNew: true },
    permissionsBoundary: { type: "string", problem: arnProblem },
    tags: { type: "tags" },
  },
  refusedInputs: ["inlinePolicies", "managedPolicyArns", "namePrefix"],
  computed: ["arn", "createDate", "inlinePolicies", "managedPolicyArns", "namePrefix", "uniqueId"],
  create,
  read,
  update,
  delete: remove,
};

/** Gives what is wrong with a value that should be an ARN. */
export function arnProblem(value: PropertyValue): string | undefined {
  return /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}|aws)?:.+$/.test(String(value)) ? undefined : `(${value}) is an invalid ARN`;
}

async function create(planned: Properties, context: AwsContext): Promise<{ id: string }> {
  const iam = await context.clients.iam();
  const name = text(planned, "name");
  const tags = Object.entries(asTags(planned.tagsAll)).map(([Key, Value]) => ({ Key, Value }));
  const request = {
    RoleName: name,
    AssumeRolePolicyDocument: text(planned, "assumeRolePolicy"),
    Path: text(planned, "path"),
    Description: optionalText(planned, "description"),
    MaxSessionDuration: Number(planned.maxSessionDuration),
    PermissionsBoundary: optionalText(planned, "permissionsBoundary"),
    Tags: tags.length > 0 ? tags : undefined,
  };
  try {
    await retryPrincipal(() => iam.createRole(request), context);
  } catch (error) {
    throw new Error(`creating IAM Role (${name}): ${(error as Error).message}`, { cause: error });
  }
  return { id: name };
}

async function read(id: string, known: Properties, context: AwsContext): Promise<LiveResource | undefined> {
  const iam = await context.clients.iam();
  try {
    const { Role } = await iam.getRole({ RoleName: id });
    return await describe(Role, known, iam, context);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`reading IAM Role (${id}): ${(error as Error).message}`, { cause: error });
  }
}

async function update(id: string, current: Properties, planned: Properties, context: AwsContext): Promise<Properties> {
  const iam = await context.clients.iam();
  const changed = (name: string) => current[name] !== planned[name];
  const PolicyDocument = text(planned, "assumeRolePolicy");
  if (!equivalentPolicies(text(current, "assumeRolePolicy"), PolicyDocument)) {
    await retryPrincipal(() => iam.updateAssumeRolePolicy({ RoleName: id, PolicyDocument }), context);
  }
  if (changed("description")) {
    await iam.updateRoleDescription({ RoleName: id, Description: optionalText(planned, "description") ?? "" });
  }
  if (changed("maxSessionDuration")) {
    // UpdateRole would clear a description that it is not given.
    const Description = optionalText(planned, "description") ?? "";
    await iam.updateRole({ RoleName: id, MaxSessionDuration: Number(planned.maxSessionDuration), Description });
  }
  if (changed("permissionsBoundary")) {
    const PermissionsBoundary = optionalText(planned, "permissionsBoundary");
    if (PermissionsBoundary) await iam.putRolePermissionsBoundary({ RoleName: id, PermissionsBoundary });
    else await iam.deleteRolePermissionsBoundary({ RoleName: id });
  }
  const tags = tagChanges(asTags(current.tagsAll), asTags(planned.tagsAll));
  if (tags.remove.length > 0) await iam.untagRole({ RoleName: id, TagKeys: tags.remove });
  const Tags = Object.entries(tags.set).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await iam.tagRole({ RoleName: id, Tags });
  const { Role } = await iam.getRole({ RoleName: id });
  return (await describe(Role, planned, iam, context)).outputs;
}

async function remove(id: string, known: Properties, context: AwsContext): Promise<void> {
  const iam = await context.clients.iam();
  const had = (name: string) => Array.isArray(known[name]) && known[name].length > 0;
  try {
    const { InstanceProfiles = [] } = await iam.listInstanceProfilesForRole({ RoleName: id });
    for (const { InstanceProfileName } of InstanceProfiles) {
      await iam.removeRoleFromInstanceProfile({ RoleName: id, InstanceProfileName });
    }
    // Policies that the state does not know of stay, and IAM then refuses the deletion, unless forced.
    if (known.forceDetachPolicies === true || had("managedPolicyArns")) {
      for (const PolicyArn of await attachedPolicies(iam, id)) await iam.detachRolePolicy({ RoleName: id, PolicyArn });
    }
    if (known.forceDetachPolicies === true || had("inlinePolicies")) {
      for (const PolicyName of await inlinePolicyNames(iam, id))
        await iam.deleteRolePolicy({ RoleName: id, PolicyName });
    }
    const inUse = (error: unknown) => error instanceof AwsError && error.code === "DeleteConflict";
    await retryWhile(() => iam.deleteRole({ RoleName: id }), inUse, waiting(context));
  } catch (error) {
    if (!isNotFound(error)) throw new Error(`deleting IAM Role (${id}): ${(error as Error).message}`, { cause: error });
  }
}

async function describe(
  live: IamRole | undefined,
  known: Properties,
  iam: IAM,
  context: AwsContext,
): Promise<LiveResource> {
  if (!live?.RoleName) throw new Error("IAM answered without a role");
  const id = live.RoleName;
  const policy = decodeURIComponent(live.AssumeRolePolicyDocument ?? "");
  const tagsAll = withoutAwsTags(Object.fromEntries((live.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])));
  const inlinePolicies = (await inlinePolicyNames(iam, id)).map(async (name) => {
    const { PolicyDocument = "" } = await iam.getRolePolicy({ RoleName: id, PolicyName: name });
    return { name, policy: normalizePolicy(decodeURIComponent(PolicyDocument), { versionFirst: false }) };
  });
  const outputs = {
    arn: live.Arn,
    assumeRolePolicy: policyToKeep(known.assumeRolePolicy, policy, false),
    // Seconds, as in RFC 3339.
    createDate: live.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z"),
    description: live.Description ?? "",
    forceDetachPolicies: known.forceDetachPolicies ?? false,
    inlinePolicies: await Promise.all(inlinePolicies),
    managedPolicyArns: await attachedPolicies(iam, id),
    maxSessionDuration: live.MaxSessionDuration ?? 3600,
    name: id,
    namePrefix: "",
    path: live.Path,
    permissionsBoundary: live.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: withoutDefaultTags(tagsAll, context.config.defaultTags, asTags(known.tags)),
    tagsAll,
    uniqueId: live.RoleId,
  };
  return { id, outputs };
}

async function attachedPolicies(iam: IAM, id: string): Promise<string[]> {
  const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName: id, MaxItems: 1000 });
  return AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []);
}

async function inlinePolicyNames(iam: IAM, id: string): Promise<string[]> {
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName: id, MaxItems: 1000 });
  return PolicyNames;
}

/** A principal that was just made may not be known to IAM yet. */
function retryPrincipal<T>(operation: () => Promise<T>, context: AwsContext): Promise<T> {
  const invalidPrincipal = (error: unknown) =>
    error instanceof AwsError &&
    error.code === "MalformedPolicyDocument" &&
    error.detail.includes("Invalid principal in policy");
  return retryWhile(operation, invalidPrincipal, waiting(context));
}

function waiting({ signal, propagationMilliseconds }: AwsContext) {
  return { signal, timeoutMilliseconds: propagationMilliseconds };
}
