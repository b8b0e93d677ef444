import { type Inputs, type Plan, providerUrn, revealed, toInputs } from "../../packages/kro-preview/index.ts";

/** A stack's state, as `pulumi stack export` gives it in `deployment`, as far as we read it. */
export interface StackState {
  readonly resources?: readonly ResourceState[];
  readonly pending_operations?: readonly PendingOperation[];
}

/** A resource in a stack's state. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  /** The stack only reads it. */
  readonly external?: boolean;
  /** Replaced, and not deleted yet. */
  readonly delete?: boolean;
  /** Deleted, to be made anew in its place, which has not come to pass yet. */
  readonly pendingReplacement?: boolean;
  /** The stack only forgets it when it deletes it. */
  readonly retainOnDelete?: boolean;
  /** URN and id of its provider, joined by `::`. */
  readonly provider?: string;
  /** Undefined for a component, and for what was not there yet. */
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** What was still missing when the resource was last waited for. The next update waits again. */
  readonly initErrors?: readonly string[];
  /** RFC 3339. */
  readonly created?: string;
  readonly modified?: string;
}

/** What the engine had begun and not finished when it was killed. */
export interface PendingOperation {
  readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
  readonly resource: ResourceState;
}

/** Name of a resource in its program. */
export const nameOfUrn = (urn: string): string => urn.split("::").slice(3).join("::");

/** Which object in its cluster a resource of Pulumi's Kubernetes provider is. */
export function objectKey({ type, id }: Pick<ManagedResource, "type" | "id">): ObjectKind & NamespacedName {
  const [name, namespace] = id.split("/").reverse() as [string, string?];
  return { ...objectKind(type), namespace, name };
}

/** What such a type, `kubernetes:apps/v1:Deployment`, is to the cluster. */
export function objectKind(type: string): ObjectKind {
  const [, apiVersion, kind] = type.split(":") as [string, string, string];
  return { apiVersion, kind };
}

interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
}

interface NamespacedName {
  /** Undefined for an object without one. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** What a stack manages, as its state has it. */
export interface ManagedStack {
  /** Neither components, nor what the stack only reads or is about to delete. */
  readonly resources: readonly ManagedResource[];
  readonly pending: readonly PendingOperation[];
  /** A plan in which nothing changes; secrets are Secret. */
  readonly masked: Plan;
  /** The same with the text of every secret: for comparing, never for showing. */
  readonly revealed: Plan;
}

export interface ManagedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Empty for one that is not there yet. */
  readonly id: string;
  /** URN of its provider. Undefined for a provider. */
  readonly provider: string | undefined;
  /** The stack only forgets it when it deletes it. */
  readonly retained: boolean;
  /** Secrets are Secret. */
  readonly inputs: Inputs;
  /** The same with the text of every secret: for comparing, never for showing. */
  readonly revealed: Inputs;
  /** As the state has them. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Reads a state that was exported with its secrets shown. */
export function readState(state: StackState, project: string, stack: string): ManagedStack {
  const resources = (state.resources ?? [])
    .filter((one) => one.custom && !one.external && !one.delete)
    .map(managed)
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const plan = (side: "inputs" | "revealed"): Plan => ({
    project,
    stack,
    changes: resources.map(({ urn, type, name, provider, retained, [side]: inputs }) => ({
      ...{ urn, type, name, provider, action: "same", before: inputs, after: inputs },
      ...{ changed: [], retained, imported: false },
    })),
  });
  return { resources, pending: state.pending_operations ?? [], masked: plan("inputs"), revealed: plan("revealed") };
}

/** A resource of a state, or of a pending operation. */
export function managed(resource: ResourceState): ManagedResource {
  const { urn, type, id = "", provider, retainOnDelete: retained = false, inputs = {}, outputs = {} } = resource;
  const own = withoutInternals(inputs, !type.startsWith("kubernetes:"));
  return {
    ...{ urn, type, name: nameOfUrn(urn), id, provider: provider && providerUrn(provider), retained },
    ...{ inputs: toInputs(own, "after", []), revealed: revealed(own), outputs },
  };
}

/** Inputs without Pulumi's own notes beside them; those of bridged providers are on every level. */
function withoutInternals(inputs: Readonly<Record<string, unknown>>, deep: boolean): Readonly<Record<string, unknown>> {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    return typeof value === "object" && value !== null ? withoutInternals(value as typeof inputs, deep) : value;
  };
  const own = Object.entries(inputs).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(own.map(([key, item]) => [key, deep ? strip(item) : item]));
}
