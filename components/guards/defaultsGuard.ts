import type { Resource } from "@pulumi/pulumi";
import type { CartsStackArgs, ResolvedArgs } from "../args.ts";
import { isLater } from "../given.ts";
import { ASSOCIATION_TYPE, POLICY_TYPE, ROLE_TYPE } from "../identity/cartsIdentity.ts";
import { LAB_INSTANCE, prefixFor, roleNameFor, tableNameFor } from "../names.ts";
import { previousChildren } from "../previousState.ts";
import type { PreviousInstance } from "./tableGuard.ts";

/**
 * What of an instance that exists would change only because a default follows its name, where it was the lab's before;
 * undefined for nothing. Names the lines that keep it.
 *
 * @param given - the arguments, as far as they are set.
 * @param policy - of the roles that were made for it, as JSON.
 */
export function defaultsProblem(
  { spec }: PreviousInstance,
  policy: string,
  given: CartsStackArgs,
  { clusterName, instanceName, namespace, tableName, roleScope, roleName }: ResolvedArgs,
): string | undefined {
  if ([clusterName, instanceName].some(isLater) || instanceName === LAB_INSTANCE) return undefined;
  const scope = policy.includes(`:table/${prefixFor(String(clusterName))}*`) && roleName === undefined;
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

/**
 * Whether an update takes back one that failed. What was there before that goes only when all is well, so the state has it
 * still, beside what the failed one has made: the association of the other namespace, or the role of the other instance.
 */
export async function isTakenBack(
  component: Resource,
  name: string,
  previous: PreviousInstance,
  { clusterName, instanceName, namespace }: ResolvedArgs,
): Promise<boolean> {
  if ([clusterName, instanceName, namespace].some(isLater)) return false;
  const had = async (type: string, start: string, is: (outputs: Readonly<Record<string, unknown>>) => boolean) =>
    (await previousChildren<Record<string, unknown>>(component, type, start)).some(({ outputs }) => is(outputs));
  const role = roleNameFor(String(clusterName), String(instanceName));
  return (
    (namespace !== previous.spec.namespace &&
      (await had(ASSOCIATION_TYPE, `${name}-association`, (one) => one.namespace === namespace))) ||
    (instanceName !== previous.metadata.name && (await had(ROLE_TYPE, `${name}-role`, (one) => one.name === role)))
  );
}

/** What the roles that the CartsStack has made may do, as JSON, after the stack's last update. */
export async function previousPolicy(component: Resource, name: string): Promise<string> {
  const policies = await previousChildren<{ policy?: string }>(component, POLICY_TYPE, `${name}-policy`);
  return policies.map(({ outputs }) => outputs.policy).join("\n");
}
