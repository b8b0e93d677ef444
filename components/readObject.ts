import { CustomResource, type CustomResourceOptions, type Output } from "@pulumi/pulumi";

/** Which object to read. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  /** Left out for an object that has none. */
  readonly namespace?: string;
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * An object as it is in the cluster, whoever declared it: Pulumi reads it when the program runs, and never changes it.
 *
 * @typeParam T - the object's type, as far as it matters.
 */
export class ReadObject<T extends { metadata?: unknown; spec?: unknown; status?: unknown }> extends CustomResource {
  declare readonly metadata: Output<T["metadata"]>;
  declare readonly spec: Output<T["spec"]>;
  declare readonly status: Output<T["status"]>;

  constructor(name: string, object: ObjectIdentity, opts: CustomResourceOptions) {
    const { apiVersion, kind, ...metadata } = object;
    // All of its identity: the plugin takes the namespace from here, not from the id. And Pulumi keeps the object until
    // the next update, where a refresh would show what is missing as a change.
    const inputs = { apiVersion, kind, metadata, spec: undefined, status: undefined };
    const id = [object.namespace, object.name].filter(Boolean).join("/");
    super(`kubernetes:${apiVersion}:${kind}`, name, inputs, { ...opts, id });
  }
}

/** Whether a URN may be that of an object that is only read: those of components that a program calls so are, too. */
export const isReadOnly = (urn: string): boolean => /-(waiting|now)$/.test(urn);
