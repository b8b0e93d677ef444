import type { Value } from "../value.ts";
import { groupOf } from "./groupVersion.ts";

/** Where an object is, and its name. */
interface NamespacedName {
  /** Undefined, null or empty for an object without a namespace. */
  readonly namespace?: Value | undefined;
  readonly name: Value;
}

interface Kinded {
  readonly kind: string;
  readonly metadata: NamespacedName;
}

/** What tells one object in a cluster from every other: group, kind, namespace and name, as one text. */
export const identityOf = ({ apiVersion, kind, metadata }: Kinded & { readonly apiVersion: string }): string =>
  JSON.stringify([groupOf(apiVersion), kind, metadata.namespace || undefined, metadata.name]);

/** `namespace/name`, or the name of an object without a namespace. */
export const namespacedName = ({ namespace, name }: NamespacedName): string =>
  [namespace, name].filter(Boolean).join("/");

/** Names an object in a message: `Deployment shops/tea`. */
export const titleOf = ({ kind, metadata }: Kinded): string => `${kind} ${namespacedName(metadata)}`;
