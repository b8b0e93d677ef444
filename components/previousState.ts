import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type Output, type Resource, runtime } from "@pulumi/pulumi";
import { whenKnown } from "./given.ts";
import { ownStack } from "./owner.ts";

/** How often a state is asked for that is half written, in three seconds. */
const TRIES = 30;

type Outputs = Readonly<Record<string, object>>;

/** What each engine has answered: it reads the whole state, and derives its key anew, for every question. */
const answers = new WeakMap<object, Promise<Outputs>>();

let engineOf = (client: object): object => client;

/**
 * Tells apart engines by their address. For a process that has a client of the same engine for each component: Pulumi
 * gives one to whoever serves a package. A process that has one engine after the other must not: ports come again.
 */
export function shareByAddress(): void {
  const engines = new Map<string, object>();
  engineOf = (client) => {
    const address = (client as Partial<Client>).getChannel?.().getTarget();
    if (address === undefined) return client;
    const engine = engines.get(address) ?? client;
    engines.set(address, engine);
    return engine;
  };
}

/** What gRPC says of a client. */
interface Client {
  readonly getChannel: () => { readonly getTarget: () => string };
}

/** Stands for the run of the engine that the caller is in: the same for all of a program. */
export const currentEngine = (): object => engineOf(runtime.getMonitor() as object);

/** What this stack's resources were after its last update: outputs by URN. Empty before the first update. */
export function previousOutputs(): Promise<Outputs> {
  const engine = currentEngine();
  const answer = answers.get(engine) ?? ask();
  answers.set(engine, answer);
  return answer;
}

/**
 * Has the engine begin to read the state, which takes it a quarter of a second, while the program declares what it has. Each
 * CartsStack asks for it, but a program that declares hundreds at once sends nothing before it has declared them all.
 */
export async function askAhead(): Promise<void> {
  // Whoever needs the answer says what is wrong with it.
  previousOutputs().catch(() => {});
  // A request leaves a process between two turns of its loop.
  await nextTurn();
}

/**
 * What a child of `parent` was after the stack's last update, by its URN, or by one that it had before the parent was
 * renamed or moved with `aliases`. Undefined: it wasn't there.
 *
 * @param name - of the child, which begins with the parent's.
 * @typeParam T - the outputs, as far as they matter.
 */
export const previousChild = async <T extends object>(
  parent: Resource,
  type: string,
  name: string,
): Promise<T | undefined> =>
  (await previousChildren<T>(parent, type, name)).find((child) => child.name === name)?.outputs;

/** A resource as it was after the stack's last update. */
export interface Previous<T extends object> {
  /** As it would be called now, where the parent was renamed. */
  readonly name: string;
  readonly outputs: T;
}

/** The children of `parent` whose name begins with `prefix`, as {@link previousChild} finds one. */
export async function previousChildren<T extends object>(
  parent: Resource,
  type: string,
  prefix: string,
): Promise<Previous<T>[]> {
  const outputs = await previousOutputs();
  const urns = sortedUrns(outputs);
  if (urns.length === 0) return [];
  const own = await whenKnown(parent.urn);
  const { __aliases: aliases = [] } = parent as { readonly __aliases?: readonly Output<string>[] };
  const found: Previous<T>[] = [];
  for (const urn of [own, ...(await Promise.all(aliases.map(whenKnown)))]) {
    const start = childUrn(urn, type, nameIn(urn) + prefix.slice(nameIn(own).length));
    const children = beginningWith(start, urns);
    found.push(
      ...children.map((child) => ({ name: prefix + child.slice(start.length), outputs: outputs[child] as T })),
    );
  }
  return found;
}

/** Sorted once, however often a program of hundreds of CartsStacks asks for what only one of them has. */
const sorted = new WeakMap<Outputs, readonly string[]>();

function sortedUrns(outputs: Outputs): readonly string[] {
  const urns = sorted.get(outputs) ?? Object.keys(outputs).sort();
  sorted.set(outputs, urns);
  return urns;
}

/** Those of a sorted list that begin with a text: they are next to each other. */
function beginningWith(start: string, urns: readonly string[]): readonly string[] {
  let [low, high] = [0, urns.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (urns[middle]! < start) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (urns[end]?.startsWith(start)) end++;
  return urns.slice(low, end);
}

/**
 * URN of a resource under a component, as Pulumi's `createUrn` makes it, which takes some ten Outputs for that.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */
export const childUrn = (parent: string, type: string, name: string): string =>
  `${parent.slice(0, parent.lastIndexOf("::"))}$${type}::${name}`;

const nameIn = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

async function ask(tries = 1): Promise<Outputs> {
  const asked = runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName: ownStack() });
  const answered = await asked.catch((error: unknown) => {
    // The engine writes the state by now. In a folder it writes it in two files, the first of them in place, and reads it
    // without a lock: https://pkg.go.dev/gocloud.dev/blob/fileblob
    if (tries === TRIES || !/failed to load checkpoint: (unexpected )?EOF/.test(String(error))) throw error;
    return undefined;
  });
  if (answered === undefined) {
    await sleep(100);
    return ask(tries + 1);
  }
  const { outputs } = answered;
  const resources = Object.entries((outputs ?? {}) as Record<string, { outputs?: object }>);
  return Object.fromEntries(resources.map(([urn, resource]) => [urn, resource.outputs ?? {}]));
}
