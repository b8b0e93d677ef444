import { interrupted } from "../../packages/console/index.ts";
import type { Value } from "../../packages/kro/index.ts";
import {
  type Drift,
  type DriftedField,
  fieldChanges,
  instanceChanges,
  parsePath,
  revealed,
  type Stray,
} from "../../packages/kro-preview/index.ts";
import {
  type ClusterChoice,
  type ClusterClient,
  clusterClient,
  fieldOf,
  type LiveObject,
  managersOf,
  releaseCommand,
  yieldsToPulumi,
} from "../../packages/live/index.ts";
import { asDeclared, secretTexts } from "./asDeclared.ts";
import { KRO, kubeConfigOf } from "./cluster.ts";
import type { TakenField } from "./previewPlan.ts";
import { awsLookup, isAwsKind } from "./recovery/aws.ts";
import { type StackChoice, selectStack } from "./selection.ts";
import { type ManagedResource, type ManagedStack, nameOfUrn, objectKey, readState } from "./state.ts";

/** What a quick look found. */
export interface QuickDrift {
  readonly strays: readonly Stray[];
  /** The objects that are in a cluster, by the URN of their resources. */
  readonly objects: ReadonlyMap<string, LiveObject>;
  /** What is in a cluster, or was, and could not be asked for. */
  readonly unseen: readonly ManagedResource[];
  /** What could not be looked at, and why. Sentences. */
  readonly notes: readonly string[];
}

/**
 * The same for a command that has more to do beside it. A stack that can't be read is that command's to tell of.
 *
 * @param taken - fields of which the command has found out meanwhile that another manager has taken them.
 */
export async function driftBeside(
  choice: ClusterChoice & StackChoice,
): Promise<QuickDrift & { readonly and: (taken: readonly TakenField[]) => readonly Stray[] }> {
  try {
    const { stack, project, state } = await selectStack(choice);
    const managed = readState(state, project, stack.name);
    const found = await quickDrift(managed, choice);
    return { ...found, and: (taken) => withTaken(found, managed, taken) };
  } catch {
    interrupted.throwIfAborted();
    return { strays: [], objects: new Map(), unseen: [], notes: [], and: () => [] };
  }
}

/** Seconds that one request to a cluster may take: whoever looks quickly has more to do. */
const PATIENCE = 5;
/** The same of AWS. */
const AWS_PATIENCE = { attempts: 2, connect: 2, request: 4, call: PATIENCE };

/**
 * Whether the RGDs, instances and other custom resources of a stack, its roles, their policies and its associations are
 * as its last update left them. One request each; a refresh asks the plugins of everything, and has Pulumi forget which
 * resources were never ready. It never takes a thing for gone that could not be asked for.
 *
 * @param patience - seconds that one request to a cluster may take.
 */
export async function quickDrift(
  stack: ManagedStack,
  choice: ClusterChoice & { readonly cwd: string },
  patience = PATIENCE,
): Promise<QuickDrift> {
  const clusters = new Map<string, Promise<ClusterClient>>();
  const clusterOf = (provider: string) => {
    const known = clusters.get(provider) ?? reach(stack, choice, provider, patience);
    clusters.set(provider, known);
    return known;
  };
  const objects = new Map<string, LiveObject>();
  const unseen: ManagedResource[] = [];
  const failures = new Map<string, string[]>();
  const looks = stack.resources.map(async (resource): Promise<Stray | undefined> => {
    const { urn, type, provider, id } = resource;
    if (id === "" || provider === undefined) return undefined;
    try {
      if (isAwsKind(type)) return await lookAtAws(resource, stack);
      if (!isCustom(type)) return undefined;
      const cluster = await clusterOf(provider);
      const live = await objectOf(resource, cluster);
      if (live) objects.set(urn, live);
      return strayOf(resource, live);
    } catch (error) {
      interrupted.throwIfAborted();
      const { message } = error as Error;
      if (isCustom(type)) unseen.push(resource);
      failures.set(message, [...(failures.get(message) ?? []), nameOfUrn(urn)]);
      return undefined;
    }
  });
  const strays = (await Promise.all(looks)).filter((stray) => stray !== undefined);
  const notes = [...failures].map(
    ([why, names]) =>
      `Whether ${names.join(", ")} ${names.length > 1 ? "are" : "is"} as the last update left ${names.length > 1 ? "them" : "it"} was not looked at: ${why}.`,
  );
  return { strays, objects, unseen, notes };
}

/** RGDs, and custom resources: instances among them. */
const isCustom = (type: string): boolean => type.startsWith(KRO) || instanceChanges([{ type }], []).possible.length > 0;

async function reach(
  { revealed: plan }: ManagedStack,
  choice: ClusterChoice & { readonly cwd: string },
  provider: string,
  patience: number,
): Promise<ClusterClient> {
  return clusterClient(await kubeConfigOf(plan, choice, undefined, provider), interrupted, patience);
}

async function objectOf(resource: ManagedResource, cluster: ClusterClient): Promise<LiveObject | undefined> {
  const live = await cluster.get(objectKey(resource));
  // What answers 404 to everything is no API server.
  if (!live) await cluster.ping();
  return live;
}

async function lookAtAws(resource: ManagedResource, stack: ManagedStack): Promise<Stray | undefined> {
  const found = await awsLookup(resource, stack, AWS_PATIENCE);
  // One of the same key and another id is somebody else's. An association is imported by its cluster's name as well.
  if (!found || found.id.split(",").at(-1) !== resource.id.split(",").at(-1)) {
    return { drift: drift(resource, "deleted") };
  }
  const fields = found.differs.map((path) => ({ path }));
  return fields.length > 0 ? { drift: drift(resource, "changed", fields) } : undefined;
}

const drift = (
  { urn, type, name }: ManagedResource,
  change: Drift["change"],
  fields: readonly DriftedField[] = [],
): Drift => ({
  urn,
  type,
  name,
  change,
  fields,
});

function strayOf(resource: ManagedResource, object: LiveObject | undefined): Stray | undefined {
  if (!object) return { drift: drift(resource, "deleted") };
  const { inputs, outputs } = resource;
  const last = revealed(outputs);
  const [before, live] = [last, object].map((one) => partOf(resource, one)) as [typeof inputs, typeof inputs];
  const fields = fieldChanges(before, live, { order: false }).map(({ path, before, after }) => ({
    path,
    ...(before !== undefined && { expected: before }),
    ...(after !== undefined && { found: after }),
    ...byWhom(object, path, last.__fieldManager),
  }));
  const uid = (last.metadata as { readonly uid?: string } | undefined)?.uid;
  const isAnother = uid !== undefined && object.metadata.uid !== undefined && uid !== object.metadata.uid;
  if (isAnother) fields.unshift({ path: "metadata.uid", expected: uid, found: object.metadata.uid! });
  return fields.length > 0 ? { drift: drift(resource, "changed", fields), live } : undefined;
}

/** What an object has of that which the resource declares. */
const partOf = ({ inputs, revealed: plain }: ManagedResource, object: object): Value =>
  asDeclared(inputs, object as Value, plain, secretTexts(inputs, plain))!;

/** What is taken, and has the value that it had. */
function withTaken(
  { strays, objects }: QuickDrift,
  { resources }: ManagedStack,
  taken: readonly TakenField[],
): Stray[] {
  const known = new Set(strays.flatMap(({ drift: { urn, fields } }) => fields.map(({ path }) => `${urn} ${path}`)));
  const others = taken.filter(({ urn, path }) => !known.has(`${urn} ${path}`));
  const byResource = resources.flatMap((resource): Stray[] => {
    const fields = others
      .filter(({ urn }) => urn === resource.urn)
      .map(({ manager, path }): DriftedField => {
        const object = objects.get(resource.urn);
        const found = object && fieldOf(partOf(resource, object), parsePath(path));
        const release = object && !yieldsToPulumi(manager) ? releaseCommand(object, manager) : undefined;
        return { path, ...(found !== undefined && { found }), manager, ...(release !== undefined && { release }) };
      });
    return fields.length > 0 ? [{ drift: drift(resource, "taken", fields) }] : [];
  });
  return [...strays, ...byResource];
}

/** Who owns a field, beside Pulumi. */
function byWhom(object: LiveObject, path: string, own: Value | undefined): Pick<DriftedField, "manager" | "release"> {
  const [manager] = managersOf(object, parsePath(path)).filter((one) => one !== own);
  if (manager === undefined) return {};
  const release = yieldsToPulumi(manager) ? undefined : releaseCommand(object, manager);
  return { manager, ...(release !== undefined && { release }) };
}
