import { type ComponentResource, log, runtime } from "@pulumi/pulumi";
import type { LiveObject } from "../../packages/live/index.ts";
import { mayBeTaken } from "../adoption.ts";
import type { ResolvedArgs } from "../args.ts";
import { type Look, lookInto, NotLooked } from "../cluster/lookInto.ts";
import { isLater } from "../given.ts";
import { previousOutputs } from "../previousState.ts";
import { isReadOnly } from "../readObject.ts";
import type { PreviousInstance } from "./tableGuard.ts";
import {
  definitionTaken,
  type InstanceName,
  instanceTaken,
  namespaceTaken,
  type Own,
  serviceAccountTaken,
  TABLES,
  type Taken,
  tableTaken,
} from "./taken.ts";

/** What is new to the stack and may be in the cluster already. */
interface Sought {
  /** For whoever reads that it was not looked at. */
  readonly title: string;
  /** Why what is there can't be taken; undefined where it isn't there, or is this stack's own. */
  readonly problem: (look: Look) => Promise<string | undefined>;
}

/**
 * Why the update would take over what isn't this stack's, a line for each object; undefined where it wouldn't. kro, and
 * older versions of Pulumi's plugin, apply over what is there by a name, and delete it later as if they had made it.
 *
 * It looks in the cluster only for what the stack's state doesn't have, so never where nothing is new. Where it can't look
 * it says so as a warning, and what it would have looked for; of a cluster that is yet to be made there is nothing to say.
 *
 * @param definition - whether the ResourceGraphDefinition is to be made, and the stack's state doesn't have it.
 * @param previous - the instance that the CartsStack had after the stack's last update.
 */
export async function takeoverProblem(
  component: ComponentResource,
  definition: boolean,
  previous: PreviousInstance | undefined,
  args: ResolvedArgs,
): Promise<string | undefined> {
  const outputs = await previousOutputs();
  const own = () => ownObjects(outputs);
  const sought = [...(definition ? [one(definitionTaken(own(), "CartsStack"))] : []), ...newOf(previous, args, own)];
  return problemAmong(sought, component);
}

/** The same of a ResourceGraphDefinition alone that the stack's state doesn't have. */
export const definitionTakeoverProblem = async (component: ComponentResource): Promise<string | undefined> =>
  problemAmong([one(definitionTaken(ownObjects(await previousOutputs()), "CartsApi"))], component);

/** What a CartsStack needs for itself and didn't have before. What isn't known yet, in a preview, is left out. */
function newOf(previous: PreviousInstance | undefined, args: ResolvedArgs, own: () => Own): Sought[] {
  const { instanceName: name, instanceNamespace, namespace, tableName, serviceAccount } = args;
  if (isLater(name) || isLater(instanceNamespace)) return [];
  const instance: InstanceName = { name: name as string, namespace: instanceNamespace as string };
  const { metadata: before, spec } = previous ?? {};
  const isNew = before?.name !== instance.name || before.namespace !== instance.namespace;
  // A replaced instance goes, with what it has, before the new one comes.
  const owners = before ? [instance, before] : [instance];
  const sought: Sought[] = isNew ? [one(instanceTaken(instance, own()))] : [];
  if (!isLater(namespace)) {
    const isMoved = isNew || spec?.namespace !== namespace;
    const isRenamed = spec?.serviceAccount !== undefined && spec.serviceAccount !== serviceAccount;
    if (isMoved) sought.push(one(namespaceTaken(namespace as string, owners)));
    else if (isRenamed && !isLater(serviceAccount)) {
      sought.push(one(serviceAccountTaken(namespace as string, serviceAccount as string, owners)));
    }
  }
  if (!isLater(tableName) && (isNew || spec?.tableName !== tableName)) {
    sought.push(theTable(tableName as string, owners));
  }
  return sought;
}

const one = ({ key, problem }: Taken): Sought => ({
  title: `${key.kind} ${[key.namespace, key.name].filter(Boolean).join("/")}`,
  problem: async (look) => {
    const live = await look.get(key);
    return live && !mayBeTaken(live.metadata.uid, runtime.isDryRun()) ? problem(live) : undefined;
  },
});

const theTable = (tableName: string, owners: readonly InstanceName[]): Sought => ({
  title: `other instances of the table ${tableName}`,
  problem: async (look) => {
    const tables = tablesOf.get(look) ?? look.list(TABLES.kind, TABLES.labels);
    tablesOf.set(look, tables);
    return tableTaken(tableName, owners, await tables);
  },
});

/** Listed once, however many CartsStacks a program has. */
const tablesOf = new WeakMap<Look, Promise<readonly LiveObject[]>>();

async function problemAmong(sought: readonly Sought[], component: ComponentResource): Promise<string | undefined> {
  if (sought.length === 0) return undefined;
  const look = await lookInto(component);
  if (look instanceof NotLooked) {
    if (!look.isLater) await warn(look.reason, sought, component);
    return undefined;
  }
  const problems: string[] = [];
  const missed = new Map<string, Sought[]>();
  const ask = async (one: Sought) => {
    try {
      const problem = await one.problem(look);
      if (problem) problems.push(problem);
    } catch (error) {
      const reason = (error as Error).message.split("\n")[0]!;
      missed.set(reason, [...(missed.get(reason) ?? []), one]);
    }
  };
  await Promise.all(sought.map(ask));
  if (problems.length > 0) return problems.sort().join("\n");
  for (const [reason, them] of missed) await warn(reason, them, component);
  return undefined;
}

const warn = (reason: string, sought: readonly Sought[], component: ComponentResource): Promise<void> =>
  log.warn(
    `did not look in the cluster (${reason}) for ${sought.map(({ title }) => title).join(", ")}: ` +
      "what is there already and isn't this stack's is refused where it is seen, and taken over where it isn't",
    component,
  );

/** All objects that the stack's state has, but for those that it only looks at. */
function ownObjects(outputs: object): Own {
  const own = ownBy.get(outputs) ?? ownAmong(outputs);
  ownBy.set(outputs, own);
  return own;
}

function ownAmong(outputs: object): Own {
  const entries = Object.entries(outputs) as [string, { readonly metadata?: LiveObject["metadata"] }][];
  const declared = entries.filter(([urn]) => !isReadOnly(urn));
  return new Map(declared.flatMap(([urn, { metadata }]) => (metadata?.uid === undefined ? [] : [[metadata.uid, urn]])));
}

/** Looked through once, however many CartsStacks a program has. */
const ownBy = new WeakMap<object, Own>();
