/** A rule of a ClusterRole. */
export interface PermissionRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

const MAKE = ["get", "list", "watch", "create", "patch", "delete"];

/**
 * What kro needs for CartsStack instances beside what it has for its own kinds, of its Helm chart with `rbac.mode: aggregation`
 * or of EKS's AmazonEKSKROPolicy. docs/kro-permissions.yaml is the same for whoever applies it by hand.
 */
export const KRO_PERMISSIONS: readonly PermissionRule[] = [
  { apiGroups: ["kro.run"], resources: ["cartsstacks"], verbs: ["get", "list", "watch", "patch", "update"] },
  { apiGroups: ["kro.run"], resources: ["cartsstacks/status"], verbs: ["get", "patch", "update"] },
  { apiGroups: [""], resources: ["namespaces", "configmaps", "serviceaccounts", "services"], verbs: MAKE },
  { apiGroups: ["dynamodb.services.k8s.aws"], resources: ["tables"], verbs: MAKE },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: MAKE },
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
];

/** Has the chart's kro take a ClusterRole's rules for its own. Elsewhere it means nothing. */
export const AGGREGATED = { "rbac.kro.run/aggregate-to-controller": "true" };
