/** An object of the API server, as far as a wait is explained by it. */
export interface Observed {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    /** RFC 3339. */
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: ObservedStatus;
}

export interface ObservedStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  /** Of a Namespace or a Pod. */
  readonly phase?: string;
  /** Of a kro instance or an RGD. */
  readonly state?: string;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

/** @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#condition-v1-meta */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly exitCode?: number } };
}

/** An Event of the API server (v1). */
export interface ObservedEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
}

/** A condition of an object; undefined when it isn't there, or is of an earlier generation. */
export function condition({ metadata, status }: Observed, type: string): Condition | undefined {
  const found = status?.conditions?.find((one) => one.type === type);
  const stale = (found?.observedGeneration ?? metadata.generation ?? 0) < (metadata.generation ?? 0);
  return stale ? undefined : found;
}
