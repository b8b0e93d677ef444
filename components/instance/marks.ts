import { type ComponentResource, runtime } from "@pulumi/pulumi";
import type { LiveObject } from "../../packages/live/index.ts";
import { lookInto, NotLooked } from "../cluster/lookInto.ts";
import { API_VERSION, type CartsStackSpec, KIND } from "../definition/cartsSchema.ts";
import { previousChild } from "../previousState.ts";

/** Changes where the cluster has a later generation of the instance than the state: it is sent again. */
export const SENT_AGAIN = "carts-stack/sent-again-after";
/** Changes where the instance of the state is gone, or going: it is made anew. */
export const MADE_ANEW = "carts-stack/made-anew-after";

/** The instance as the state has it. */
interface Noted {
  readonly metadata: Pick<LiveObject["metadata"], "name" | "namespace" | "uid" | "generation" | "annotations">;
  readonly spec: Pick<CartsStackSpec, "tableOnDestroy">;
  /** The name under which Pulumi applies it. */
  readonly __fieldManager?: string;
}

/**
 * Annotations by which the instance changes where Pulumi has done something to it and could not note it.
 *
 * Of an update that is cut off, by Ctrl-C say, the Kubernetes plugin notes nothing, and nothing of a deletion that is not
 * over in time. A config of before then looks like no change, and the update that brings it back would do nothing, and
 * say that all is well. Once there they stay, so that the update after it has nothing to do.
 *
 * In a preview nothing is looked at: it needs no cluster.
 */
export async function marksOf(component: ComponentResource, name: string): Promise<Readonly<Record<string, string>>> {
  const noted = await previousChild<Noted>(component, `kubernetes:${API_VERSION}:${KIND}`, name);
  if (!noted?.metadata.uid) return {};
  const all = Object.entries(noted.metadata.annotations ?? {});
  const marks = Object.fromEntries(all.filter(([key]) => key === SENT_AGAIN || key === MADE_ANEW));
  if (runtime.isDryRun()) return marks;
  const live = await find(component, noted);
  return live === "unseen" ? marks : { ...marks, ...markFor(noted, live) };
}

/** How the instance is to be marked, by what the cluster has of it. */
export function markFor(noted: Noted, live: LiveObject | undefined): Readonly<Record<string, string>> {
  const { uid, generation } = noted.metadata;
  // Should it be there after all, and this look be wrong, then no table may be lost by it.
  if (live?.metadata.deletionTimestamp || (!live && noted.spec.tableOnDestroy === "retain")) {
    return { [MADE_ANEW]: uid! };
  }
  if (live?.metadata.uid !== uid || live?.metadata.generation === generation) return {};
  return isOurs(live!, noted.__fieldManager) ? { [SENT_AGAIN]: `${uid}.${live!.metadata.generation}` } : {};
}

/** Whether nobody else has set a field: what others have set, with kubectl say, is not for every update to undo. */
function isOurs(live: LiveObject, own: string | undefined): boolean {
  const managers = (live.metadata.managedFields ?? []) as unknown as readonly ManagedFields[];
  const setters = managers.filter(({ fieldsV1 }) => fieldsV1 && "f:spec" in fieldsV1).map(({ manager }) => manager);
  return setters.length > 0 && setters.every((manager) => manager === own);
}

interface ManagedFields {
  readonly manager?: string;
  readonly fieldsV1?: object;
}

async function find(component: ComponentResource, { metadata }: Noted): Promise<LiveObject | undefined | "unseen"> {
  const look = await lookInto(component);
  if (look instanceof NotLooked) return "unseen";
  const { name, namespace } = metadata;
  // Pulumi itself will say what is wrong with the cluster.
  return look.get({ apiVersion: API_VERSION, kind: KIND, namespace, name }).catch(() => "unseen" as const);
}
