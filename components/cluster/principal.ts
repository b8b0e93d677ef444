import { Config } from "@pulumi/pulumi";
import { nothingChanged, type Refusal } from "../refusal.ts";

/** What `aws eks get-token` is told, so that its token is of the principal that Pulumi's AWS provider acts as. */
export interface Principal {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** Whether it holds keys. */
  readonly isSecret: boolean;
}

/** A role to assume, as far as it matters here. What only narrows or names the session does not change whose token it is. */
interface AssumedRole {
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly sourceIdentity?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface WebIdentity {
  readonly roleArn?: string;
  readonly sessionName?: string;
  readonly webIdentityToken?: string;
  readonly webIdentityTokenFile?: string;
}

/** For what the AWS CLI has no option: its own config file has. */
const PROFILE =
  "have a profile of ~/.aws/config say it (role_arn, source_profile, external_id), and set aws:profile to that in its " +
  "place, or set kubeconfig";

/**
 * The stack's config for Pulumi's AWS provider (`aws:profile`, keys, a role), as options and variables of the AWS CLI. What
 * comes from the environment reaches both.
 *
 * @throws Refusal where the CLI can't be told: the token would be another principal's.
 * @see https://www.pulumi.com/registry/packages/aws/installation-configuration/
 * @see https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html
 */
export function configuredPrincipal(): Principal {
  const config = new Config("aws");
  const keys = [config.get("accessKey"), config.get("secretKey")];
  const hasKeys = keys.every(Boolean);
  const profile = hasKeys ? undefined : config.get("profile");
  const role = assumedRole(objectOf<AssumedRole[]>(config, "assumeRoles") ?? []);
  const web = objectOf<WebIdentity>(config, "assumeRoleWithWebIdentity");
  if (web?.roleArn && !web.webIdentityTokenFile) {
    throw cannot("assumeRoleWithWebIdentity", "only a token in a file: set webIdentityTokenFile there, or kubeconfig");
  }
  const variables: Record<string, string | undefined> = {
    AWS_CONFIG_FILE: oneFile(config, "sharedConfigFiles"),
    AWS_SHARED_CREDENTIALS_FILE: oneFile(config, "sharedCredentialsFiles"),
    ...(web?.roleArn && {
      AWS_ROLE_ARN: web.roleArn,
      AWS_WEB_IDENTITY_TOKEN_FILE: web.webIdentityTokenFile,
      AWS_ROLE_SESSION_NAME: web.sessionName,
    }),
    // A token of the environment belongs to other keys.
    ...(hasKeys && {
      AWS_ACCESS_KEY_ID: keys[0],
      AWS_SECRET_ACCESS_KEY: keys[1],
      AWS_SESSION_TOKEN: config.get("token") ?? "",
    }),
  };
  return {
    args: [...(profile ? ["--profile", profile] : []), ...(role ? ["--role-arn", role] : [])],
    env: Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
    isSecret: hasKeys,
  };
}

function assumedRole(roles: readonly AssumedRole[]): string | undefined {
  const given = roles.filter(({ roleArn }) => roleArn);
  if (given.length > 1) throw cannot("assumeRoles", `only one role, and not ${given.length}: ${PROFILE}`);
  const [{ roleArn, externalId, sourceIdentity, tags } = {}] = given;
  const beyond = Object.entries({ externalId, sourceIdentity, tags }).find(([, value]) => value !== undefined);
  if (beyond) throw cannot("assumeRoles", `the role alone, and no ${beyond[0]}: ${PROFILE}`);
  return roleArn;
}

function oneFile(config: Config, key: string): string | undefined {
  const files = objectOf<string[]>(config, key) ?? [];
  if (files.length > 1) throw cannot(key, `one file, and not ${files.length}: put them into one, or set kubeconfig`);
  return files[0];
}

function objectOf<T>(config: Config, key: string): T | undefined {
  try {
    return config.getObject<T>(key) ?? undefined;
  } catch {
    // Pulumi's AWS provider says what is wrong with it.
    return undefined;
  }
}

const cannot = (key: string, what: string): Refusal =>
  nothingChanged(`aws:${key} is set, but the AWS CLI, which gets the cluster's tokens, can be told ${what}`);

/** A kubeconfig whose user has the AWS CLI get tokens, with the principal's options. */
export function asPrincipal(kubeconfig: Kubeconfig, { args, env }: Principal): Kubeconfig {
  const users = kubeconfig.users?.map(({ name, user: { exec, ...user } }) => {
    const told = exec && { ...exec, args: [...(exec.args ?? []), ...args] };
    const all = [...(exec?.env ?? []), ...env];
    return { name, user: { ...user, ...(told && { exec: { ...told, ...(all.length > 0 && { env: all }) } }) } };
  });
  return { ...kubeconfig, ...(users && { users }) };
}

/** @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly users?: readonly { readonly name: string; readonly user: { readonly exec?: Exec } }[];
  readonly [field: string]: unknown;
}

interface Exec {
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly [field: string]: unknown;
}
