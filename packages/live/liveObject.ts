import type { KubernetesObject, Value } from "../kro/index.ts";

/** An object as the API server has it. */
export interface LiveObject extends KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    /** RFC 3339. */
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [key: string]: Value | undefined;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: LiveStatus;
}

/** `status`, as far as several kinds have the same in it. */
export interface LiveStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  /** Of a Namespace or a Pod. */
  readonly phase?: string;
  readonly [key: string]: unknown;
}

/** @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#condition-v1-meta */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  /** RFC 3339. */
  readonly lastTransitionTime?: string;
}

/** A pod, as far as we read it. */
export interface Pod extends LiveObject {
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly containers: readonly Container[];
  };
  readonly status?: LiveStatus & {
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly {
    readonly name: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
}

export interface ContainerStatus {
  readonly name: string;
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly exitCode?: number } };
}

/** The addresses behind a Service, as far as we read them. */
export interface EndpointSlice extends LiveObject {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
  readonly ports?: readonly { readonly port?: number; readonly protocol?: string }[] | null;
}

/** An Event of the core API (v1), as far as we read it. */
export interface EventObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
}
