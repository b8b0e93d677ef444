import type { KubernetesObject } from "../objects.ts";

/** What tells one object in a cluster from every other: group, kind, namespace and name, as one text. */
export const identityOf = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  JSON.stringify([groupOf(apiVersion), kind, metadata.namespace, metadata.name]);

/** Group of an apiVersion; empty for Kubernetes' core. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? apiVersion.split("/")[0]! : "");
