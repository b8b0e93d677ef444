import { parseGroupVersion } from "../../../packages/kro/index.ts";

/** An object's kind as kubectl takes it, `Deployment.v1.apps`. */
export function resourceOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  const { group, version } = parseGroupVersion(apiVersion);
  return `${kind}.${version}.${group}`;
}
