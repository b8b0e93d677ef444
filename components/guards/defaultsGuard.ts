import type { Resource } from "@pulumi/pulumi";
import type { CartsStackArgs, ResolvedArgs } from "../args.ts";
import { isLater } from "../given.ts";
import { LAB_INSTANCE, prefixFor, tableNameFor } from "../names.ts";
import { previousChild } from "../previousState.ts";
import type { PreviousInstance } from "./tableGuard.ts";

/**
 * What of an instance that exists would change only because a default follows its name, where it was the lab's before;
 * undefined for nothing. Names the lines that keep it.
 *
 * @param given - the arguments, as far as they are set.
 * @param policy - of the role that was made for it, as JSON.
 */
export function defaultsProblem(
  { spec }: PreviousInstance,
  policy: string | undefined,
  given: CartsStackArgs,
  { clusterName, instanceName, namespace, tableName, roleScope, roleName }: ResolvedArgs,
): string | undefined {
  if ([clusterName, instanceName].some(isLater) || instanceName === LAB_INSTANCE) return undefined;
  const scope = policy?.includes(`:table/${prefixFor(String(clusterName))}*`) && roleName === undefined;
  const changes = [
    ["namespace", LAB_INSTANCE, spec.namespace, namespace],
    ["tableName", tableNameFor(String(clusterName), LAB_INSTANCE), spec.tableName, tableName],
    ["roleScope", "cluster", scope ? "cluster" : undefined, roleScope],
  ].filter(
    ([key, former, before, after]) =>
      given[key as keyof CartsStackArgs] === undefined && before === former && !isLater(after) && after !== before,
  );
  if (changes.length === 0) return undefined;
  const change = changes.map(([key, , before, after]) => `${key} from "${before}" to "${after}"`).join(", ");
  const lines = changes.map(([key, , before]) => `  pulumi config set ${key} ${before}`);
  return (
    `what isn't set follows instanceName, and that is "${instanceName}": it would change ${change}. ` +
    `Set what is to stay as it is, and to its new value what is to change:\n${lines.join("\n")}`
  );
}

/** What the role that the CartsStack made may do, as JSON, after the stack's last update. */
export const previousPolicy = async (component: Resource, name: string): Promise<string | undefined> =>
  (await previousChild<{ policy?: string }>(component, "aws:iam/rolePolicy:RolePolicy", `${name}-policy`))?.policy;
