import type { Commands } from "./commands.ts";
import type { Options } from "./main.ts";

/** What a run may leave in the account, and how it goes. */
export interface Left {
  readonly what: string;
  /** For a person to type. */
  readonly remedy: string;
}

type Aws = Commands["aws"];
type Look = (aws: Aws, options: Options) => Promise<readonly Left[]>;

/** In the order in which it is to be taken away. */
const LOOKS: Readonly<Record<string, Look>> = {
  "EKS capabilities": async (aws, { name, region }) => {
    const { capabilities } = await ofCluster(aws, name, "list-capabilities", { capabilities: [] as Named[] });
    return capabilities.map(({ capabilityName }) => ({
      what: `the EKS capability ${capabilityName} of ${name}`,
      remedy: `aws eks delete-capability --cluster-name ${name} --capability-name ${capabilityName} --region ${region}`,
    }));
  },
  "the EKS cluster": async (aws, { name, region }) => {
    const { clusters } = await aws<{ clusters: readonly string[] }>("eks", "list-clusters");
    const remedy = `aws eks delete-cluster --name ${name} --region ${region}   # once its capabilities are gone`;
    return clusters.includes(name) ? [{ what: `the EKS cluster ${name}, by the hour`, remedy }] : [];
  },
  "DynamoDB tables": async (aws, { name, region }) => {
    const { TableNames } = await aws<{ TableNames: readonly string[] }>("dynamodb", "list-tables");
    return TableNames.filter((table) => table.startsWith(`${name}-carts-`)).map((table) => ({
      what: `the DynamoDB table ${table}`,
      remedy: `aws dynamodb delete-table --table-name ${table} --region ${region}`,
    }));
  },
  "IAM roles": async (aws, { name }) => {
    const { Roles } = await aws<{ Roles: readonly { RoleName: string }[] }>("iam", "list-roles");
    return Roles.filter(({ RoleName }) => RoleName.startsWith(`${name}-`)).map(({ RoleName }) => ({
      what: `the IAM role ${RoleName}, which costs nothing`,
      remedy: `aws iam delete-role --role-name ${RoleName}   # once its policies are deleted or detached`,
    }));
  },
  "CloudWatch logs": async (aws, { name, region }) => {
    const prefix = `/aws/eks/${name}/`;
    const { logGroups } = await aws<{ logGroups: readonly { logGroupName: string }[] }>(
      ...["logs", "describe-log-groups", "--log-group-name-prefix", prefix],
    );
    return logGroups.map(({ logGroupName }) => ({
      what: `the log group ${logGroupName}, which EKS never deletes`,
      remedy: `aws logs delete-log-group --log-group-name ${logGroupName} --region ${region}`,
    }));
  },
};

interface Named {
  readonly capabilityName: string;
}

/** An answer about the cluster; `none` where there is no such cluster. */
async function ofCluster<T>(aws: Aws, name: string, command: string, none: T): Promise<T> {
  try {
    return await aws<T>("eks", command, "--cluster-name", name);
  } catch (error) {
    if (/ResourceNotFound/.test((error as Error).message)) return none;
    throw error;
  }
}

/** Looks at all that a run may leave. Where AWS can't be asked, `unseen` says why. */
export async function whatIsLeft(aws: Aws, options: Options): Promise<{ left: readonly Left[]; unseen: string[] }> {
  const unseen: string[] = [];
  const found = await Promise.all(
    Object.entries(LOOKS).map(([what, look]) =>
      look(aws, options).catch((error: Error): Left[] => {
        unseen.push(`${what}: ${error.message}`);
        return [];
      }),
    ),
  );
  return { left: found.flat(), unseen };
}
