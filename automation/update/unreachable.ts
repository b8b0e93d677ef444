import { interrupted } from "../../packages/console/index.ts";
import { awsOf, eksClusterOf, type ManagedStack, tableOwners } from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";

const FORGET = "PULUMI_K8S_DELETE_UNREACHABLE";

/** What Pulumi's plugin adds, whatever the reason is. */
const ADVICE = / If the cluster was deleted, .*?"true"\.?/;

/**
 * Tells an API server that does not answer for the moment from an EKS cluster that is gone: nothing deletes what Pulumi has
 * in it then, and Pulumi must be told to forget it.
 *
 * @param cause - that the cluster is not reached.
 */
export async function explainUnreachable(
  cause: Cause,
  command: "up" | "destroy",
  stack: ManagedStack,
  name: string,
): Promise<Cause> {
  const eks = eksClusterOf(stack);
  // A headline would be printed in place of what is told here.
  const { headline: _, ...known } = cause;
  const said = cause.message.replace(ADVICE, "");
  const explained = (text: string): Cause => ({ ...known, message: `${said} ${text}${away(command)}` });
  if (eks === undefined) return explained("");
  try {
    const aws = awsOf(stack, interrupted);
    const [found, account] = await Promise.all([aws.cluster(eks.name), aws.account()]);
    if (!found && eks.account !== account)
      throw new Error(`these are credentials for the account ${account}, and it was in ${eks.account}`);
    if (!found) return gone(eks.name, stack, name);
    return explained(`The EKS cluster ${eks.name} is there (${found.status}). `);
  } catch (error) {
    return explained(`Whether the EKS cluster ${eks.name} is still there can't be told: ${(error as Error).message}. `);
  }
}

const away = (command: "up" | "destroy"): string =>
  command === "up"
    ? "Run this again when its API server answers."
    : `Run this again when its API server answers. ${FORGET}, of which Pulumi tells, is for a cluster that is gone: it would leave the instance there, with all that kro has made, to nobody.`;

function gone(eks: string, stack: ManagedStack, name: string): Cause {
  const inside = stack.resources.filter(({ type }) => type.startsWith("kubernetes:"));
  const titles = inside.map(({ type, id }) => `${type.split(":").at(-1)} ${id}`).join(", ");
  const tables = tableOwners(stack).map(
    ({ table, deletes }) =>
      ` The DynamoDB table ${table} did not go with it${deletes ? ", and nothing deletes it any more, though tableOnDestroy is delete" : ""}: ` +
      `\`aws dynamodb delete-table --table-name ${table}\` deletes it, with its items.`,
  );
  const message =
    `The EKS cluster ${eks} is gone, and what this stack had in it: ${titles}. Pulumi can't delete that any more. ` +
    `\`${FORGET}=true carts destroy --stack ${name}\` has Pulumi forget it, and deletes the rest.${tables.join("")}`;
  return { name: "cluster-gone", object: `EKS cluster ${eks}`, message };
}
