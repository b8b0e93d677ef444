import type { KubernetesObject, Value } from "../kro/index.ts";
import type { Condition } from "./observed.ts";

/** An object as the API server has it. */
export interface LiveObject extends KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly generation?: number;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [key: string]: Value | undefined;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: { readonly conditions?: readonly Condition[]; readonly [key: string]: unknown };
}

/** A pod, as far as we read it. */
export interface Pod extends LiveObject {
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly containers: readonly { readonly name: string; readonly env?: readonly { readonly name: string }[] }[];
  };
  readonly status?: LiveObject["status"] & {
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
}

/** The addresses behind a Service, as far as we read them. */
export interface EndpointSlice extends LiveObject {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
  readonly ports?: readonly { readonly port?: number; readonly protocol?: string }[] | null;
}

interface Titled {
  readonly kind: string;
  readonly metadata: { readonly namespace?: Value; readonly name: Value };
}

/** `Deployment carts-kro/carts`. */
export const titleOf = ({ kind, metadata: { namespace, name } }: Titled): string =>
  `${kind} ${[namespace, name].filter((part) => part !== undefined).join("/")}`;

export const conditionOf = (object: LiveObject, type: string): Condition | undefined =>
  object.status?.conditions?.find((condition) => condition.type === type);

/** `Ready is False: the reason`, or that there is none. */
export const conditionText = (condition: Condition | undefined, type: string): string =>
  condition
    ? [`${type} is ${condition.status}`, condition.status === "True" ? "" : condition.message]
        .filter(Boolean)
        .join(": ")
    : `no condition ${type}`;
