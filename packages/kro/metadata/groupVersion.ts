import type { Definition } from "../objects.ts";

/** The API of a custom resource. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `group/version`. */
  readonly apiVersion: string;
}

/** Group of an apiVersion; empty for Kubernetes' core. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? apiVersion.split("/")[0]! : "");

/**
 * The API that an RGD serves: what its instances are. An empty group is `kro.run`, as one that isn't there: kro keeps an
 * RGD in revisions of its own, in which it leaves an empty group out.
 */
export function instanceGvk({ spec: { schema } }: Definition): GroupVersionKind {
  const group = schema.group || "kro.run";
  return { group, version: schema.apiVersion, kind: schema.kind, apiVersion: `${group}/${schema.apiVersion}` };
}
