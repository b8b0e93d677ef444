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
