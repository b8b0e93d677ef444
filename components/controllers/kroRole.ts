import type { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import type { ChildOptions } from "../resources.ts";
import { sdk } from "../sdkLater.ts";
import { AGGREGATED, KRO_PERMISSIONS } from "./kroPermissions.ts";

/** What kro may do for instances of CartsStack. */
export function kroRole(name: string, opts: ChildOptions): ClusterRole {
  const module = sdk<typeof import("@pulumi/kubernetes/rbac/v1/clusterRole.js")>(
    "@pulumi/kubernetes/rbac/v1/clusterRole.js",
  );
  return new module.ClusterRole(
    `${name}-kro`,
    { metadata: { name: `${name}-kro`, labels: AGGREGATED }, rules: [...KRO_PERMISSIONS] },
    opts,
  );
}
