import { type Definition, identityOf, isMap, titleOf, type Value } from "../../packages/kro/index.ts";
import { INSTANCE_LABELS, isForbidden, type LiveObject, rolloutOf } from "../../packages/live/index.ts";
import {
  type Cause,
  type FollowedInstance,
  instanceCause,
  instanceState,
  neverResolves,
  rootCause,
} from "../update/index.ts";
import { idOf, type Place, turnOf } from "./place.ts";

/** How an instance is, with its children. */
export interface Health {
  /** `namespace/name`. */
  readonly id: string;
  readonly isHealthy: boolean;
  /** Why not, in one paragraph. Undefined for one that is healthy. */
  readonly cause?: Cause;
  /** Milliseconds for which that lasts until waiting is in vain, as far as is known. Infinity for what may pass however long it lasts. */
  readonly patience: number;
}

/** A registry may be slow for once, and a permission be on its way. */
const PATIENCE = 15_000;
/** kro fails, and nobody knows of what it says whether it passes: a webhook that doesn't answer is made anew, an API server too. */
const UNKNOWN = 60_000;
/** The same, each for itself. */
export const PATIENCES: readonly number[] = [PATIENCE, UNKNOWN];
/** What may pass without anybody doing anything, however long it lasts. */
const PASSING: ReadonlySet<string> = new Set(["not-ready", "instance-not-ready", "unschedulable", "deleting"]);

/** What is looked at beside the instances themselves. */
export interface Surroundings {
  /** By the uid of their instance. */
  readonly children: ReadonlyMap<string, readonly LiveObject[]>;
  readonly pods: readonly LiveObject[];
  /** How many instances kro is to come to. */
  readonly due: number;
  /** What could not be looked at, and why. Sentences. */
  readonly notes: readonly string[];
}

/** Of how many namespaces pods are asked for in one look: where more fail, the first tell. */
const NAMESPACES = 20;

/** Kinds of the children that RGDs make: those which they only read are not theirs. */
export function kindsOf(definitions: readonly Definition[]): { readonly apiVersion: string; readonly kind: string }[] {
  const found = new Map<string, { apiVersion: string; kind: string }>();
  for (const { spec } of definitions) {
    for (const { template } of spec.resources as readonly { readonly template?: Value }[]) {
      const { apiVersion, kind } = template !== undefined && isMap(template) ? template : {};
      if (typeof apiVersion !== "string" || typeof kind !== "string" || /\$\{/.test(apiVersion + kind)) continue;
      found.set(`${apiVersion} ${kind}`, { apiVersion, kind });
    }
  }
  return [...found.values()];
}

/** Asks for all children of a kind of instances, one list for each kind of theirs, and for the pods of what is not rolled out. */
export async function surroundings(
  { cluster, gvk }: Place,
  kinds: readonly { readonly apiVersion: string; readonly kind: string }[],
  of: ReadonlySet<string>,
): Promise<Surroundings> {
  const notes: string[] = [];
  const labels = { [INSTANCE_LABELS.group]: gvk.group, [INSTANCE_LABELS.kind]: gvk.kind };
  const lists = await Promise.all(
    kinds.map((kind) =>
      cluster.list(kind, labels).catch((error: Error) => {
        if (!isForbidden(error)) throw error;
        notes.push(`${kind.kind}s can't be looked at: ${error.message}. kro's own word for them is taken`);
        return [];
      }),
    ),
  );
  const children = lists.flat().filter((child) => of.has(ownerOf(child)));
  const slow = children.filter((one) => one.kind === "Deployment" && !rolloutOf(one).isDone);
  const namespaces = [...new Set(slow.map(({ metadata }) => metadata.namespace))].slice(0, NAMESPACES);
  const pods = await Promise.all(
    namespaces.map((namespace) =>
      cluster.list({ apiVersion: "v1", kind: "Pod", namespace }).catch((error: Error) => {
        if (!isForbidden(error)) throw error;
        notes.push(`why pods are not there can't be looked at: ${error.message}`);
        return [];
      }),
    ),
  );
  return { children: Map.groupBy(children, ownerOf), pods: pods.flat(), due: of.size, notes };
}

/** Uid of the instance that a child is of. */
const ownerOf = ({ metadata: { labels = {} } }: LiveObject): string => labels[INSTANCE_LABELS.id] ?? "";

/** How an instance is, from what the API server has of it and of its children. */
export function healthOf(instance: LiveObject, { children, pods, due }: Omit<Surroundings, "notes">): Health {
  const own = children.get(instance.metadata.uid ?? "") ?? [];
  const followed = followedOf(instance, own);
  const objects = [instance, ...own, ...pods];
  const state = instanceState(followed, objects);
  const id = idOf(instance);
  const parts = [state, ...state.children];
  if (parts.every(({ phase }) => phase === "ready")) return { id, isHealthy: true, patience: Number.POSITIVE_INFINITY };
  const evidence = { followed: [followed], objects, warnings: [] };
  // Of one that kro has not come to yet, nothing else tells how it will be.
  const said = instanceCause(evidence);
  const found = said?.name === "kro-absent" ? said : rootCause([], evidence);
  const worst = parts.find(({ phase }) => phase === "failing") ?? parts.find(({ phase }) => phase !== "ready")!;
  const cause: Cause = found ?? {
    name: "instance-not-ready",
    object: `${instance.kind} ${id}`,
    message: `${instance.kind} ${id} is not healthy: ${worst.reason ?? worst.phase}`,
  };
  return { id, isHealthy: false, cause, patience: patienceWith(cause, instance, due) };
}

function patienceWith({ name, object, message }: Cause, instance: LiveObject, due: number): number {
  if (name === "kro-absent") return turnOf(due);
  // What an expression reads of other objects may be another by then.
  if (name === "expression-failed") return neverResolves(message) === undefined ? UNKNOWN : PATIENCE;
  if (!PASSING.has(name)) return PATIENCE;
  return name === "instance-not-ready" && object === titleOf(instance) && instance.status?.state === "ERROR"
    ? UNKNOWN
    : Number.POSITIVE_INFINITY;
}

function followedOf({ apiVersion, kind, metadata }: LiveObject, own: readonly LiveObject[]): FollowedInstance {
  const { name, namespace } = metadata;
  const children = own.map((child) => {
    const { labels = {}, ...rest } = child.metadata;
    const node = labels[INSTANCE_LABELS.node] ?? identityOf(child);
    return {
      apiVersion: child.apiVersion,
      kind: child.kind,
      name: rest.name,
      namespace: rest.namespace,
      node,
      wave: 1,
    };
  });
  return { apiVersion, kind, namespace, name, children };
}
