import {
  buildGraph,
  type Definition,
  DefinitionError,
  type Instance,
  InstanceError,
  type Known,
  type KubernetesObject,
  type Rendering,
  render,
} from "../../../packages/kro/index.ts";
import { get, kubectl, resourceOf, sandbox } from "../kit/index.ts";
import { eventually, KRO, type LiveObject } from "./cluster.ts";
import { countFields, notAsRendered } from "./compare.ts";
import { creations, notInOrder } from "./order.ts";

/** An RGD, and instances of it, to be brought before kro and the API server. */
export interface Trial {
  readonly definition: Definition;
  readonly instances: readonly Instance[];
}

/** What came of it. */
export interface Findings {
  /** Where kro, or the API server, and what was foretold differ, one line each. */
  readonly lines: readonly string[];
  readonly counts: {
    readonly definitions: number;
    /** RGDs that kro, or the API server, refuses. */
    readonly refused: number;
    readonly instances: number;
    readonly children: number;
    /** Rendered fields that were compared with the live ones. */
    readonly fields: number;
  };
}

/** Seconds until kro has looked at everything of one round, on a slow machine. */
const PATIENCE = 180;

/**
 * Brings RGDs and their instances before kro, all at once: the verdicts, what becomes of the instances, and each field
 * of each child must be as foretold.
 */
export async function tryAll(trials: readonly Trial[], known: Known): Promise<Findings> {
  const refusal = (definition: Definition) => refusalOf(definition, known);
  await applyEach(trials.map(({ definition }) => definition));
  const verdicts = await eventually(async () => notAsJudged(trials, await judged(), refusal), PATIENCE);
  const live = await judged();
  const taken = trials.filter(
    ({ definition }) => live.get(definition.metadata.name) === true && refusal(definition) === undefined,
  );
  await applyEach(taken.flatMap(({ instances }) => instances));
  const kinds = kindsOf(taken);
  let children: readonly LiveObject[] = [];
  const check = async () => {
    const made = await instancesOf(taken);
    const ids = new Set([...made.values()].map(({ metadata }) => metadata.uid));
    children = (await childrenOf(kinds)).filter(({ metadata }) => ids.has(metadata.labels![INSTANCE_ID]!));
    return taken.flatMap((trial) =>
      trial.instances.flatMap((instance) =>
        notAsForetold({ instance, foretold: rendered(trial, instance, known), of: trial.definition }, made, children),
      ),
    );
  };
  const lines = taken.length > 0 ? await eventually(check, PATIENCE) : [];
  const instances = taken.flatMap((trial) => trial.instances);
  return {
    lines: [...verdicts, ...lines, ...(lines.length > 0 ? [] : outOfOrder(taken, known))],
    counts: {
      definitions: trials.length,
      refused: trials.filter(({ definition }) => live.get(definition.metadata.name) !== true).length,
      instances: instances.length,
      children: children.length,
      fields: taken
        .flatMap((trial) => trial.instances.map((instance) => rendered(trial, instance, known)))
        .reduce((sum, foretold) => sum + (typeof foretold === "string" ? 0 : countFields(foretold.children)), 0),
    },
  };
}

/** What was made before what it needs, of instances that could be made. */
function outOfOrder(trials: readonly Trial[], known: Known): string[] {
  const order = creations();
  return trials.flatMap((trial) =>
    trial.instances.flatMap((instance) => {
      const foretold = rendered(trial, instance, known);
      if (typeof foretold === "string" || isOpen(foretold)) return [];
      const lines = notInOrder(foretold, buildGraph(trial.definition, known), order);
      return lines.map((line) => `${trial.definition.metadata.name} ${instance.metadata.name}: ${line}`);
    }),
  );
}

/** Takes away what was tried: instances while kro has their RGDs, then those, then what they served. */
export async function forget(trials: readonly Trial[]): Promise<void> {
  const served = [...new Set(trials.flatMap(({ instances }) => instances.map(resourceOf)))];
  const crds = (await get<{ items: LiveObject[] }>("customresourcedefinitions", "-l", "kro.run/owned=true"))!.items;
  const names = new Set(trials.map(({ definition }) => definition.metadata.name));
  const own = crds.filter(({ metadata }) =>
    names.has(metadata.labels?.["kro.run/resource-graph-definition-name"] ?? ""),
  );
  const kinds = served.filter((kind) => own.some(({ spec }) => kind.startsWith(`${(spec as Served).names.kind}.`)));
  const remove = (...args: readonly string[]) => kubectl("delete", ...args, "--ignore-not-found");
  if (kinds.length > 0) await remove(kinds.join(), "--all", "-A");
  await remove("resourcegraphdefinitions", ...names);
  if (own.length > 0) await remove("customresourcedefinitions", ...own.map(({ metadata }) => metadata.name));
}

interface Served {
  readonly names: { readonly kind: string };
}

/** kubectl goes on after an object that the API server refuses. */
const applyEach = async (objects: readonly object[]): Promise<void> => {
  if (objects.length === 0) return;
  await sandbox.cluster.apply(objects, "--server-side", "--force-conflicts").catch((error: Error) => {
    if (!/is invalid|strict decoding|failed to create typed|Invalid value/.test(error.message)) throw error;
  });
};

/** Whether kro took it, by the name of the RGD; one that the API server refuses isn't there. */
async function judged(): Promise<Map<string, boolean | undefined>> {
  const { items } = (await get<{ items: LiveObject[] }>("resourcegraphdefinitions"))!;
  return new Map(items.map((item) => [item.metadata.name, verdictOf(item)]));
}

/** Undefined before kro has looked at it. */
function verdictOf({ metadata, status }: LiveObject): boolean | undefined {
  const conditions = (status?.conditions ?? []).filter(
    ({ observedGeneration }) => observedGeneration === metadata.generation,
  );
  if (conditions.some(({ type, status }) => type === "Ready" && status === "True")) return true;
  return conditions.some(({ type, status }) => type !== "Ready" && status === "False") ? false : undefined;
}

/** Why an RGD is refused, as foretold. */
function refusalOf(definition: Definition, known: Known): string | undefined {
  try {
    buildGraph(definition, known);
    return undefined;
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return error.message;
  }
}

function notAsJudged(
  trials: readonly Trial[],
  live: ReadonlyMap<string, boolean | undefined>,
  refusal: (definition: Definition) => string | undefined,
): string[] {
  return trials.flatMap(({ definition }) => {
    const { name } = definition.metadata;
    const [foretold, isThere] = [refusal(definition), live.has(name)];
    const taken = isThere ? live.get(name) : false;
    if (taken === undefined) return [`${name}: kro has not looked at it`];
    if (taken === (foretold === undefined)) return [];
    return [
      taken
        ? `${name}: was foretold to be refused: ${foretold}`
        : `${name}: is refused${isThere ? "" : " by the API server"}`,
    ];
  });
}

const kindsOf = (trials: readonly Trial[]): string[] => {
  const templates = trials.flatMap(({ definition }) =>
    definition.spec.resources.flatMap(({ template }) => template ?? []),
  );
  return [...new Set(templates.map((template) => resourceOf(template as unknown as KubernetesObject)))];
};

/** The instances that there are, by kind, namespace and name. */
async function instancesOf(trials: readonly Trial[]): Promise<Map<string, LiveObject>> {
  const kinds = [...new Set(trials.flatMap(({ instances }) => instances.map(resourceOf)))];
  const { items } = (await get<{ items: LiveObject[] }>(kinds.join(), "-A"))!;
  return new Map(items.map((item) => [keyOf(item), item]));
}

const keyOf = ({
  kind,
  metadata,
}: {
  readonly kind: string;
  readonly metadata: { readonly name: unknown; readonly namespace?: unknown };
}) => [kind, metadata.namespace, metadata.name].join("/");

async function childrenOf(kinds: readonly string[]): Promise<LiveObject[]> {
  if (kinds.length === 0) return [];
  const { items } = (await get<{ items: LiveObject[] }>(
    kinds.join(),
    "-A",
    "-l",
    INSTANCE_ID,
    "--show-managed-fields",
  ))!;
  return items.filter(({ metadata }) => metadata.managedFields.some(({ manager }) => manager === KRO));
}

const INSTANCE_ID = "kro.run/instance-id";

interface Foretold {
  readonly of: Definition;
  readonly instance: Instance;
  /** Text says why the API server refuses it. */
  readonly foretold: Rendering | string;
}

function notAsForetold(
  { of, instance, foretold }: Foretold,
  made: ReadonlyMap<string, LiveObject>,
  children: readonly LiveObject[],
): string[] {
  const title = `${of.metadata.name} ${instance.metadata.name}`;
  const live = made.get(keyOf(instance));
  if (typeof foretold === "string") return live ? [`${title}: was foretold to be refused: ${foretold}`] : [];
  if (!live) return [`${title}: the API server refuses it`];
  // Of a node that only the cluster can count, any objects may be there.
  const uncounted = foretold.children.flatMap(({ node, condition }) => (condition === undefined ? [] : node));
  const own = children.filter(
    ({ metadata: { labels } }) =>
      labels?.[INSTANCE_ID] === live.metadata.uid && !uncounted.includes(labels["kro.run/node-id"] ?? ""),
  );
  return [...notAsRendered(expected(foretold, own), own), ...notReady(foretold, live)].map(
    (line) => `${title}: ${line}`,
  );
}

function rendered({ definition }: Trial, instance: Instance, known: Known): Rendering | string {
  try {
    return render(definition, instance, known);
  } catch (error) {
    if (!(error instanceof InstanceError)) throw error;
    return error.message;
  }
}

/** Of an instance that was foretold to be stuck, or whose conditions only the cluster can know, what was made counts. */
function expected(foretold: Rendering, made: readonly LiveObject[]) {
  const { children } = foretold;
  if (!isOpen(foretold)) return children;
  const names = new Set(made.map(keyOf));
  return children.filter(({ object }) => names.has(keyOf(object)));
}

const isOpen = ({ children }: Rendering): boolean =>
  children.some(({ problems, condition }) => problems.length > 0 || condition !== undefined);

function notReady({ children }: Rendering, { status }: LiveObject): string[] {
  const stuck = children.some(({ problems }) => problems.length > 0);
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "True" || !ready) return stuck && ready ? ["is ready, and was foretold to be stuck"] : [];
  return stuck ? [] : [`is not ready: ${ready.message}`];
}
