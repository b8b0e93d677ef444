import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../../packages/console/index.ts";
import type { ManagedResource, ManagedStack } from "../state.ts";
import { contains, type Found, type Lookup } from "./found.ts";

const run = promisify(execFile);

/** Looks up an IAM role, its policy, or a Pod Identity association by its natural key, with the AWS CLI. */
export const awsLookup: Lookup = async (resource, stack) => {
  const ask = (...args: string[]) => aws(args, environment(resource, stack));
  return LOOKUPS[resource.type]!(resource.revealed as Declared, ask, stack);
};

export const isAwsKind = (type: string): boolean => Object.hasOwn(LOOKUPS, type);

type Declared = Readonly<Record<string, string>> & { readonly tags?: Readonly<Record<string, string>> };
/** Undefined for what isn't there. */
type Ask = (...args: string[]) => Promise<Answer | undefined>;
type Answer = { readonly [key: string]: Answer } & readonly Answer[] & string;

const LOOKUPS: Readonly<
  Record<string, (declared: Declared, ask: Ask, stack: ManagedStack) => Promise<Found | undefined>>
> = {
  "aws:iam/role:Role": async (declared, ask) => {
    const role = (await ask("iam", "get-role", "--role-name", declared.name!))?.Role;
    if (!role) return undefined;
    const tags = Object.fromEntries((role.Tags ?? ([] as unknown as Answer)).map((tag) => [tag.Key, tag.Value]));
    const differs = differences({
      description: (role.Description ?? "") === (declared.description ?? ""),
      assumeRolePolicy: sameDocument(role.AssumeRolePolicyDocument, declared.assumeRolePolicy!),
      tags: contains(tags, declared.tags ?? {}),
    });
    return { id: declared.name!, fingerprint: role.Arn, created: dateOf(role.CreateDate), differs };
  },
  "aws:iam/rolePolicy:RolePolicy": async (declared, ask, { resources }) => {
    const { role, name } = declared as { readonly role: string; readonly name: string };
    const found = await ask("iam", "get-role-policy", "--role-name", role, "--policy-name", name);
    if (!found) return undefined;
    // A policy is of its role, and IAM keeps no date of its own for it.
    const isOwn = resources.some(({ type, id }) => type === "aws:iam/role:Role" && id === role);
    const policy = sameDocument(found.PolicyDocument, declared.policy!);
    const differs = differences({ policy, [`its role ${role}, which this stack does not have`]: isOwn });
    return { id: `${role}:${name}`, fingerprint: undefined, created: undefined, differs };
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": async (declared, ask) => {
    const { clusterName, namespace, serviceAccount, roleArn, tags = {} } = declared as Required<Declared>;
    const [cluster, key] = [
      ["--cluster-name", clusterName!],
      ["--namespace", namespace!, "--service-account", serviceAccount!],
    ];
    const listed = await ask("eks", "list-pod-identity-associations", ...cluster, ...key);
    const id = listed?.associations?.[0]?.associationId;
    if (!id) return undefined;
    const described = await ask("eks", "describe-pod-identity-association", ...cluster, "--association-id", id);
    const found = described?.association;
    if (!found) return undefined;
    const differs = differences({ roleArn: found.roleArn === roleArn, tags: contains(found.tags ?? {}, tags) });
    const created = dateOf(found.createdAt);
    return { id: `${clusterName},${id}`, fingerprint: found.associationArn, created, differs };
  },
};

/** Version 2 of the AWS CLI writes times as RFC 3339, version 1 some as seconds. */
const dateOf = (time: unknown): Date => new Date(typeof time === "number" ? time * 1000 : String(time));

const differences = (equal: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(equal).filter((name) => !equal[name]);

/** Whether two policies say the same, whatever the order of what they hold. */
function sameDocument(live: unknown, declared: string): boolean {
  const found = typeof live === "string" ? JSON.parse(decodeURIComponent(live)) : live;
  const wanted = JSON.parse(declared) as unknown;
  return contains(found, wanted) && contains(wanted, found);
}

async function aws(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Answer | undefined> {
  try {
    const { stdout } = await run("aws", [...args, "--output", "json"], { env });
    return JSON.parse(stdout) as Answer;
  } catch (error) {
    const { stderr = "", code, message } = error as { stderr?: string; code?: string | number; message: string };
    if (/NoSuchEntity|ResourceNotFoundException|\(404\)/.test(stderr)) return undefined;
    if (code === "ENOENT") throw new UserError("to recover a resource of AWS, the AWS CLI must be on PATH");
    throw new UserError(`aws ${args.slice(0, 2).join(" ")}: ${stderr.trim() || message}`);
  }
}

/** What Pulumi's AWS provider was configured with, as the AWS CLI takes it. */
function environment({ provider }: ManagedResource, { resources }: ManagedStack): NodeJS.ProcessEnv {
  const { region, profile, accessKey, secretKey, token } = (resources.find(({ urn }) => urn === provider)?.revealed ??
    {}) as Readonly<Record<string, string | undefined>>;
  return {
    ...process.env,
    ...(region && { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...(profile && { AWS_PROFILE: profile }),
    ...(accessKey && secretKey && { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey }),
    ...(token && { AWS_SESSION_TOKEN: token }),
    AWS_PAGER: "",
  };
}
