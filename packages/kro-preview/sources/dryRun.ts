import type { KubernetesObject, Value } from "../../kro/index.ts";
import type { ClusterClient, LiveObject } from "../../live/index.ts";
import { withoutApplied } from "../lastApplied.ts";

/** Under this name kro applies children: pkg/controller/instance/applyset/const.go. */
export const MANAGER = "kro.run/applyset";

/** What the API server would store of an object, applied as kro does. */
export const dryRun = async (
  client: ClusterClient,
  object: KubernetesObject,
  live: LiveObject | undefined,
): Promise<KubernetesObject> => stored(await client.rehearseApply(keyOf(object), withMarks(object, live), MANAGER));

type ObjectKey = Parameters<ClusterClient["get"]>[0];

/** How an object is asked for, whose name is known. */
export function keyOf({ apiVersion, kind, metadata }: KubernetesObject): ObjectKey {
  const namespace = typeof metadata.namespace === "string" ? metadata.namespace : undefined;
  return { apiVersion, kind, namespace, name: String(metadata.name) };
}

const isMark = (name: string): boolean =>
  /^(?:[\w.-]+\.)?kro\.run\/|^applyset\.kubernetes\.io\/|^app\.kubernetes\.io\/managed-by$/.test(name);

const MARKED = ["labels", "annotations"] as const;

/** With the marks that kro has put on it: without them the dry run would take them away. */
function withMarks(object: KubernetesObject, live: LiveObject | undefined): object {
  const metadata: Record<string, unknown> = { ...object.metadata };
  for (const key of MARKED) {
    const marks = Object.entries(live?.metadata[key] ?? {}).filter(([name]) => isMark(name));
    if (marks.length > 0)
      metadata[key] = { ...Object.fromEntries(marks), ...(object.metadata[key] as object | undefined) };
  }
  return { ...object, metadata };
}

/** Without kro's marks, but for those that are declared. */
export function withoutMarks(object: KubernetesObject, declared: KubernetesObject): KubernetesObject {
  const metadata: Record<string, Value | undefined> = { ...object.metadata };
  for (const key of MARKED) {
    const own = (declared.metadata[key] ?? {}) as object;
    const kept = Object.entries(object.metadata[key] ?? {}).filter(
      ([name]) => !isMark(name) || Object.hasOwn(own, name),
    );
    if (metadata[key] !== undefined) metadata[key] = kept.length > 0 ? Object.fromEntries(kept) : undefined;
  }
  return { ...object, metadata: metadata as KubernetesObject["metadata"] };
}

/** Without what the API server keeps about it, and kubectl. */
export function stored({ status: _, metadata, ...object }: LiveObject): KubernetesObject {
  const kept = ["name", "namespace", "labels", "finalizers", "ownerReferences"];
  const entries = Object.entries(metadata).filter(([key]) => kept.includes(key));
  const annotations = metadata.annotations && withoutApplied(metadata.annotations);
  return {
    ...object,
    metadata: { ...Object.fromEntries(entries), ...(annotations && { annotations }) },
  } as KubernetesObject;
}
