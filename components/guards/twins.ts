import type { ComponentResource, ProviderResource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { ArgumentError, hide } from "../checkArgs.ts";
import { clusterOf, isRemote } from "../cluster/lookInto.ts";
import { DEFINITION_KIND, DEFINITION_NAME } from "../definition/cartsDefinition.ts";
import { isLater, whenKnown } from "../given.ts";
import { roleNameFor } from "../names.ts";
import { currentEngine } from "../previousState.ts";

/** The component that has a name. */
interface Holder {
  readonly component: ComponentResource;
  readonly kind: "CartsStack" | "CartsApi";
  readonly name: string;
}

/** Who has which name, of each run: by the key, the name, and where it counts. */
const holders = new WeakMap<object, Map<string, Holder>>();

/**
 * Takes the names that only one CartsStack of a program can have, as far as they are at hand, and the RGD of the cluster
 * where it makes that.
 *
 * @param name - of the CartsStack in the program.
 * @throws ArgumentError where another CartsStack has one of them, or another one or a CartsApi makes the RGD.
 */
export function checkTwins(component: ComponentResource, name: string, args: ResolvedArgs): void {
  take({ component, kind: "CartsStack", name }, args, ...placesNow(component));
}

/** The same of a CartsApi, which takes the RGD alone. */
export function checkApiTwins(component: ComponentResource, name: string): void {
  take({ component, kind: "CartsApi", name }, undefined, ...placesNow(component));
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
  take({ component, kind: "CartsStack", name }, args, ...(await placesOf(component)), secrets);
}

/** The same of a CartsApi. */
export async function checkApiTwinsLater(component: ComponentResource, name: string): Promise<void> {
  take({ component, kind: "CartsApi", name }, undefined, ...(await placesOf(component)));
}

/** Stands for the cluster, and for the AWS account, that names count in; undefined: not known yet. */
type Places = readonly [cluster: string | undefined, account: string | undefined];

function placesNow(component: ComponentResource): Places {
  const place = (provider: ProviderResource | undefined) => {
    if (!provider) return DEFAULT;
    // What it refers to is known only later.
    return isRemote(provider) ? undefined : numberOf(provider);
  };
  const [cluster, account] = providersOf(component);
  return [place(cluster), place(account)];
}

async function placesOf(component: ComponentResource): Promise<Places> {
  const place = async (provider: ProviderResource | undefined) => {
    if (!provider) return DEFAULT;
    return isRemote(provider) ? whenKnown(provider.urn) : numberOf(provider);
  };
  const [cluster, account] = providersOf(component);
  return [await place(cluster), await place(account)];
}

/** Where Pulumi's own provider goes. */
const DEFAULT = "default";

const providersOf = (
  component: ComponentResource,
): readonly [cluster: ProviderResource | undefined, account: ProviderResource | undefined] => [
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

/** @param args - undefined for a CartsApi. */
function take(
  holder: Holder,
  args: ResolvedArgs | undefined,
  cluster: string | undefined,
  account: string | undefined,
  secrets: ReadonlySet<string> = new Set(),
): void {
  const engine = currentEngine();
  const taken = holders.get(engine) ?? new Map<string, Holder>();
  holders.set(engine, taken);
  const names = (args ? namesOf(args) : []).flatMap(({ key, parts, within }) => {
    const place = within === "cluster" ? cluster : account;
    if (place === undefined || parts.some(isLater)) return [];
    const name = parts.join("/");
    return [{ key, name, id: JSON.stringify([key, place, name]) }];
  });
  const makes = (args?.createDefinition ?? true) && cluster !== undefined;
  const definition = makes ? [JSON.stringify([DEFINITION_KIND, cluster])] : [];
  const otherOf = (ids: readonly string[]) =>
    ids.flatMap((id) => taken.get(id) ?? []).find(({ component }) => component !== holder.component);
  const twin = otherOf(names.map(({ id }) => id));
  const maker = otherOf(definition);
  if (!twin && !maker) {
    for (const id of [...names.map(({ id }) => id), ...definition]) taken.set(id, holder);
    return;
  }
  const shared = names.filter(({ id }) => twin && taken.get(id)?.component === twin.component);
  const list = shared.map(({ key, name }) => `${key} ${JSON.stringify(name)}`).join(", ");
  const problems = [
    ...(twin
      ? [
          `the CartsStacks ${twin.name} and ${holder.name} of this program have the same ${list}, but each must have ` +
            "its own: set instanceName of one to another name, which the rest follows where it isn't set",
        ]
      : []),
    ...(maker ? [definitionProblem(maker, holder)] : []),
  ];
  throw new ArgumentError(problems.map((problem) => hide(problem, secrets)));
}

function definitionProblem(one: Holder, other: Holder): string {
  const both = [one, other];
  const [api, stack] = (["CartsApi", "CartsStack"] as const).map((kind) => both.find((each) => each.kind === kind));
  const who =
    one.kind === other.kind
      ? `the ${one.kind}s ${one.name} and ${other.name}`
      : `the ${one.kind} ${one.name} and the ${other.kind} ${other.name}`;
  const remedy = !stack
    ? "leave one of them out"
    : api
      ? `set api of ${stack.name} to the definitionName of ${api.name}`
      : `set createDefinition of ${other.name} to false and its dependsOn to ${one.name}, or api of both to the definitionName of a CartsApi`;
  return `${who} of this program both make the ${DEFINITION_KIND} ${DEFINITION_NAME}, and a cluster has one: ${remedy}`;
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
