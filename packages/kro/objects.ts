import type { Value } from "./value.ts";

/** A Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: Value; readonly namespace?: Value; readonly [key: string]: Value | undefined };
  readonly [key: string]: unknown;
}

/**
 * A kro ResourceGraphDefinition, as far as kro reads it.
 *
 * @see https://kro.run/api/crds/resourcegraphdefinition
 */
export interface Definition {
  /** Default: that which kro serves. */
  readonly apiVersion?: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly schema: {
      /** Version of the API that it makes, such as `v1alpha1`. */
      readonly apiVersion: string;
      readonly kind: string;
      /** Default `kro.run`, also where it is empty: see instanceGvk. */
      readonly group?: string;
      /** `Namespaced` (the default) or `Cluster`. */
      readonly scope?: string;
      /** Fields in SimpleSchema, by name. */
      readonly spec?: Readonly<Record<string, unknown>>;
      readonly types?: Readonly<Record<string, unknown>>;
      readonly status?: Readonly<Record<string, unknown>>;
    };
    readonly resources: readonly DefinitionResource[];
  };
}

/** A node of an RGD's graph. */
export interface DefinitionResource {
  readonly id: string;
  readonly template?: Readonly<Record<string, unknown>>;
  readonly externalRef?: Readonly<Record<string, unknown>>;
  readonly readyWhen?: readonly string[];
  readonly includeWhen?: readonly string[];
  /** Each has one key, the iterator's name. */
  readonly forEach?: readonly Readonly<Record<string, string>>[];
}

/** An instance of an RGD: a custom resource of the kind that it makes. */
export interface Instance {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, Value>>;
}
