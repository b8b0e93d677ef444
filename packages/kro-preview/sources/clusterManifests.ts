import { UserError } from "../../console/index.ts";
import {
  buildGraph,
  type Definition,
  type Former,
  type Instance,
  instanceGvk,
  type KubernetesObject,
  namespacedName,
  type Value,
  withDefaults,
  withKept,
  withoutDefaults,
} from "../../kro/index.ts";
import { ApiError, type ClusterClient } from "../../live/index.ts";
import { attempt } from "../attempt.ts";
import { isReadable } from "./definitions.ts";
import { manifestPlan, twinNotes } from "./manifestPlan.ts";
import type { Located, Manifests } from "./manifests.ts";
import type { Comparison } from "./sides.ts";

/**
 * The difference of what a cluster has, and of what it would have after manifests are applied. What is in the cluster and
 * in no manifest stays.
 *
 * @throws UserError where the cluster can't be asked at all.
 */
export async function compareCluster(after: Manifests, client: ClusterClient, title: string): Promise<Comparison> {
  const notes = [...after.notes, ...twinNotes(after)];
  const look = async <T>(one: Located<T>): Promise<Found<T>> => {
    const object = one.object as KubernetesObject;
    const { apiVersion, kind, metadata } = object;
    const namespace = typeof metadata.namespace === "string" ? metadata.namespace : "default";
    try {
      return { one, live: await client.get({ apiVersion, kind, namespace, name: String(metadata.name) }) };
    } catch (error) {
      const { message } = error as Error;
      if (!(error instanceof ApiError)) throw new UserError(`the cluster can't be asked: ${message}`);
      return { one, problem: `${kind} ${namespacedName(metadata)} was not compared with the cluster's: ${message}.` };
    }
  };
  const definitions = await Promise.all(after.definitions.map((one) => look(asDefinition(one))));
  const instances = await Promise.all([...after.instances, ...after.others].map((one) => look<unknown>(one)));
  for (const { problem } of [...definitions, ...instances]) if (problem !== undefined) notes.push(problem);
  const objects = after.definitions.map(({ object }) => object);
  // An RGD that could not be looked at counts as the same: then its instances can be told.
  const old = definitions.flatMap(({ one, live, problem }) =>
    problem !== undefined ? [one] : live && isReadable(live) ? [located(one, asWritten(live, one.object))] : [],
  );
  const seen = instances.filter(({ problem }) => problem === undefined);
  const before = seen.flatMap(({ one, live }) =>
    live ? [located(one, ofOwner(live, one.object as KubernetesObject))] : [],
  );
  const known = old.map(({ object }) => object as unknown as Definition);
  const completed = seen.map(({ one, live }) =>
    located(one, complete(one.object as Instance, objects, live && formerOf(live, known))),
  );
  const sides = [
    { ...after, definitions: old, instances: [], others: before },
    { ...after, instances: [], others: completed },
  ] as readonly unknown[] as readonly [Manifests, Manifests];
  return { plan: manifestPlan(...sides, title), crds: after.crds.map(({ object }) => object), notes };
}

interface Found<T> {
  readonly one: Located<T>;
  readonly live?: KubernetesObject | undefined;
  readonly problem?: string;
}

const located = <T>(one: Located<unknown>, object: T): Located<T> => ({ ...one, object });

const asDefinition = (one: Located<Definition>): Located<KubernetesObject> =>
  one as Located<unknown> as Located<KubernetesObject>;

/** An RGD of the cluster without what the API server has put in that the file leaves out. */
function asWritten(live: KubernetesObject, file: KubernetesObject): KubernetesObject {
  const { schema, ...spec } = live.spec as Record<string, Record<string, unknown>>;
  const own = (file.spec as Record<string, Record<string, unknown>>).schema ?? {};
  const usual: Readonly<Record<string, string>> = { group: "kro.run", scope: "Namespaced" };
  const kept = Object.entries(schema ?? {}).filter(([key, value]) => key in own || usual[key] !== value);
  return ofOwner({ ...live, spec: { ...spec, schema: Object.fromEntries(kept) } }, file);
}

/** An object without labels and annotations that the file doesn't name: those stay as they are. */
function ofOwner(live: KubernetesObject, { metadata }: KubernetesObject): KubernetesObject {
  const only = (key: "labels" | "annotations") => {
    const [there, own] = [live.metadata[key] ?? {}, (metadata[key] ?? {}) as object];
    const kept = Object.entries(there).filter(([name]) => Object.hasOwn(own, name));
    return kept.length > 0 ? Object.fromEntries(kept) : undefined;
  };
  const names = { name: live.metadata.name, namespace: live.metadata.namespace };
  return { ...live, metadata: { ...names, labels: only("labels"), annotations: only("annotations") } };
}

/** An instance with the defaults that the API server fills in, and those that it was given before. */
function complete(instance: Instance, definitions: readonly Definition[], former: Former | undefined): Instance {
  const schema = schemaOf(instance, definitions);
  const given = (instance.spec ?? schema?.default) as Value | undefined;
  if (!schema || given === undefined) return instance;
  const kept = former ? withKept(given, former, schema) : given;
  return { ...instance, spec: withDefaults(kept, schema) as Instance["spec"] & {} };
}

/** Who has applied what is not told apart here: what is as the default says counts as given. */
function formerOf(live: KubernetesObject, definitions: readonly Definition[]): Former | undefined {
  const schema = schemaOf(live, definitions);
  const stored = live.spec as Value | undefined;
  return schema && stored !== undefined ? { applied: withoutDefaults(stored, schema), stored } : undefined;
}

/** Of the spec of what an RGD makes. */
function schemaOf(object: Pick<Instance, "apiVersion" | "kind">, definitions: readonly Definition[]) {
  const definition = definitions.find((one) => {
    const { apiVersion, kind } = instanceGvk(one);
    return apiVersion === object.apiVersion && kind === object.kind;
  });
  const graph = definition && attempt(() => buildGraph(definition));
  return graph && !(graph instanceof Error) ? graph.schema : undefined;
}
