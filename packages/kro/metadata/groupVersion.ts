import type { Definition } from "../objects.ts";

/** What an API server tells kinds apart by, with group and version as an object names them. */
export interface GroupVersionKind {
  /** Empty for Kubernetes' core. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `group/version`, or the version alone for Kubernetes' core. */
  readonly apiVersion: string;
}

/** Group and version of an apiVersion. */
export function parseGroupVersion(apiVersion: string): Pick<GroupVersionKind, "group" | "version"> {
  const [version, group = ""] = apiVersion.split("/").toReversed() as [string, string?];
  return { group, version };
}

/** Group of an apiVersion; empty for Kubernetes' core. */
export const groupOf = (apiVersion: string): string => parseGroupVersion(apiVersion).group;

/**
 * The API that an RGD serves: what its instances are. An empty group is `kro.run`, as one that isn't there: kro keeps an
 * RGD in revisions of its own, in which it leaves an empty group out.
 */
export function instanceGvk({ spec: { schema } }: Definition): GroupVersionKind {
  const group = schema.group || "kro.run";
  return { group, version: schema.apiVersion, kind: schema.kind, apiVersion: `${group}/${schema.apiVersion}` };
}
