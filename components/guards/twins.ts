import type { ComponentResource, ProviderResource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { ArgumentError, hide } from "../checkArgs.ts";
import { clusterOf, isRemote } from "../cluster/lookInto.ts";
import { isLater, whenKnown } from "../given.ts";
import { roleNameFor } from "../names.ts";
import { currentEngine } from "../previousState.ts";

/** The CartsStack that has a name. */
interface Holder {
  readonly component: ComponentResource;
  readonly name: string;
}

/** Who has which name, of each run: by the key, the name, and where it counts. */
const holders = new WeakMap<object, Map<string, Holder>>();

/**
 * Takes the names that only one CartsStack of a program can have, as far as they are at hand.
 *
 * @param name - of the CartsStack in the program.
 * @throws ArgumentError where another CartsStack has one of them.
 */
export function checkTwins(component: ComponentResource, name: string, args: ResolvedArgs): void {
  const [cluster, account] = providersOf(component).map((provider) => {
    if (!provider) return DEFAULT;
    // What it refers to is known only later.
    return isRemote(provider) ? undefined : numberOf(provider);
  });
  take({ component, name }, args, cluster, account);
}

/**
 * The same of what became known since.
 *
 * @param secrets - texts that are not shown.
 * @throws ArgumentError (a rejection).
 */
export async function checkTwinsLater(
  component: ComponentResource,
  name: string,
  args: ResolvedArgs,
  secrets: ReadonlySet<string>,
): Promise<void> {
  const places = providersOf(component).map(async (provider) => {
    if (!provider) return DEFAULT;
    return isRemote(provider) ? whenKnown(provider.urn) : numberOf(provider);
  });
  const [cluster, account] = await Promise.all(places);
  take({ component, name }, args, cluster, account, secrets);
}

/** Where Pulumi's own provider goes. */
const DEFAULT = "default";

const providersOf = (component: ComponentResource): readonly (ProviderResource | undefined)[] => [
  clusterOf(component),
  component.getProvider("aws:iam/role:Role"),
];

const numbers = new WeakMap<ProviderResource, string>();
let count = 0;

function numberOf(provider: ProviderResource): string {
  const number = numbers.get(provider) ?? String(++count);
  numbers.set(provider, number);
  return number;
}

/**
 * @param cluster - stands for the cluster that the names count in; undefined: not known yet.
 * @param account - stands for the AWS account, likewise.
 */
function take(
  holder: Holder,
  args: ResolvedArgs,
  cluster: string | undefined,
  account: string | undefined,
  secrets: ReadonlySet<string> = new Set(),
): void {
  const engine = currentEngine();
  const taken = holders.get(engine) ?? new Map<string, Holder>();
  holders.set(engine, taken);
  const names = namesOf(args).flatMap(({ key, parts, within }) => {
    const place = within === "cluster" ? cluster : account;
    if (place === undefined || parts.some(isLater)) return [];
    const name = parts.join("/");
    return [{ key, name, id: JSON.stringify([key, place, name]) }];
  });
  const others = names.flatMap(({ id }) => taken.get(id) ?? []);
  const other = others.find(({ component }) => component !== holder.component);
  if (!other) {
    for (const { id } of names) taken.set(id, holder);
    return;
  }
  const shared = names.filter(({ id }) => taken.get(id)?.component === other.component);
  const list = shared.map(({ key, name }) => `${key} ${JSON.stringify(name)}`).join(", ");
  const problem =
    `the CartsStacks ${other.name} and ${holder.name} of this program have the same ${list}, but each must have ` +
    "its own: set instanceName of one to another name, which the rest follows where it isn't set";
  throw new ArgumentError([hide(problem, secrets)]);
}

/** What only one can have: names, and where they count. */
const namesOf = ({ instanceName, instanceNamespace, namespace, tableName, clusterName, roleName }: ResolvedArgs) => [
  { key: "instance", parts: [instanceNamespace, instanceName], within: "cluster" },
  { key: "namespace", parts: [namespace], within: "cluster" },
  { key: "tableName", parts: [tableName], within: "account" },
  ...(roleName === undefined ? [{ key: "role", parts: [madeRole(clusterName, instanceName)], within: "account" }] : []),
];

const madeRole = (clusterName: unknown, instanceName: unknown): unknown =>
  isLater(clusterName)
    ? clusterName
    : isLater(instanceName)
      ? instanceName
      : roleNameFor(String(clusterName), String(instanceName));
