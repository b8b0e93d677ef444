import { isDeepStrictEqual } from "node:util";
import { identityOf, type KubernetesObject, namespacedName } from "../../kro/index.ts";
import { byName } from "../byName.ts";
import { withoutApplied } from "../lastApplied.ts";
import type { Plan, PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import { DEFINITION_TYPE } from "./definitions.ts";
import { customApi } from "./instances.ts";
import type { Located, Manifests } from "./manifests.ts";
import { PackedChange } from "./packedChange.ts";

/**
 * Two sets of manifests as a plan: what is only in `after` is created, what is only in `before` is deleted. Of other
 * objects, those are in it that may be instances of an RGD that is elsewhere.
 *
 * @param title - what is compared, as the end of a sentence: `main and HEAD`.
 */
export function manifestPlan(before: Manifests, after: Manifests, title: string): Plan {
  const [old, next] = [planned(before), planned(after)];
  const keys = [...new Set([...old.keys(), ...next.keys()])].sort(byName);
  return { title, changes: keys.map((key) => changeOf(old.get(key), next.get(key))) };
}

/**
 * A sentence for each object that is there twice: the last of them counts.
 *
 * @param done - what was done with them, as the end of the sentence.
 */
export function twinNotes(manifests: Manifests, done = "the latter was taken"): string[] {
  const first = new Map<string, Located<KubernetesObject>>();
  return concerned(manifests).flatMap((one) => {
    const key = keyOf(one.object);
    const twin = first.get(key);
    first.set(key, one);
    if (!twin) return [];
    const { kind, metadata } = one.object;
    return [`${kind} ${namespacedName(metadata)} is in ${placeOf(twin)} and in ${placeOf(one)}: ${done}.`];
  });
}

/** Of objects of manifests, each once: the last of them. */
export function latest(manifests: Manifests): <T>(objects: readonly Located<T>[]) => Located<T>[] {
  const kept = new Set<Located<unknown>>(planned(manifests).values());
  return (objects) => objects.filter((one) => kept.has(one));
}

const planned = (manifests: Manifests): Map<string, Located<KubernetesObject>> =>
  new Map(concerned(manifests).map((one) => [keyOf(one.object), one]));

function concerned({ definitions, instances, others }: Manifests): readonly Located<KubernetesObject>[] {
  const all = [...definitions, ...instances, ...others] as readonly Located<unknown>[];
  return (all as readonly Located<KubernetesObject>[]).filter(({ object }) => {
    const type = typeOf(object);
    return type === DEFINITION_TYPE || customApi(type) !== undefined;
  });
}

/** The API server puts an object without a namespace into `default`; which of them has none doesn't matter here. */
const keyOf = (object: KubernetesObject): string =>
  identityOf({ ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? "default" } });

function changeOf(
  old: Located<KubernetesObject> | undefined,
  next: Located<KubernetesObject> | undefined,
): PlannedChange {
  const [before, after] = [old && declared(old.object), next && declared(next.object)];
  const object = (after ?? before)!;
  const [type, name] = [typeOf(object), namespacedName(object.metadata)];
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = before && after ? keys.filter((key) => !isDeepStrictEqual(before[key], after[key])).sort() : [];
  const action = !before ? "create" : !after ? "delete" : changed.length > 0 ? "update" : "same";
  const at = (next ?? old)!;
  if (type !== DEFINITION_TYPE) return new PackedChange({ type, name, action, changed }, before, after, at);
  return {
    urn: `urn:kro-preview:${type}::${name}`,
    ...{ type, name, action },
    before: before as unknown as Inputs | undefined,
    after: after as unknown as Inputs | undefined,
    changed,
    retained: false,
    imported: false,
    place: placeOf(at),
  };
}

/** Where an object is written: `shops.yaml:1`. */
export const placeOf = ({ file, line }: Located<unknown>): string => `${file}:${line}`;

/** An object without what the cluster keeps about it. */
function declared({ metadata, status: _, ...object }: KubernetesObject): KubernetesObject {
  const { name, namespace, labels, annotations } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  const kept = { name, namespace, labels, annotations: withoutApplied((annotations ?? {}) as object) };
  const isThere = ([, value]: readonly [string, unknown]): boolean => value !== undefined && value !== null;
  return { ...object, metadata: Object.fromEntries(Object.entries(kept).filter(isThere)) } as KubernetesObject;
}

/** As Pulumi names it. */
const typeOf = ({ apiVersion, kind }: KubernetesObject): string =>
  kind === "ResourceGraphDefinition" && apiVersion.startsWith("kro.run/")
    ? DEFINITION_TYPE
    : `kubernetes:${apiVersion}:${kind}`;
