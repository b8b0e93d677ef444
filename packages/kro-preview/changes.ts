import type { Value } from "../kro/index.ts";

/** What happens to a child. `replace`: deleted and created again, or created under another name. */
export type Action = "create" | "update" | "replace" | "delete" | "same";

/** A difference in one field. `undefined`: not there. */
export interface FieldChange {
  /** Such as `spec.template.spec.containers[0].image` or `metadata.labels["app.kubernetes.io/name"]`. */
  readonly path: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** What a change may cost. The names are those of `--allow`. */
export const DANGERS = {
  "table-replaced": "the service goes on with another table, or an empty one",
  "table-retained": "a DynamoDB table stays in the account that nothing manages",
  "table-deleted": "a DynamoDB table is deleted with its items",
  "namespace-replaced": "a namespace is deleted with everything in it",
  "immutable-field": "Kubernetes refuses the change; the update fails",
  "role-replaced": "pods lose their credentials until they are restarted",
  "association-replaced": "pods lose their credentials until they are restarted",
  "definition-refused": "kro refuses the RGD; the update fails",
  "definition-deleted": "instances that remain can't be deleted any more",
  "never-ready": "kro can't make the child from this instance; the update would time out",
  rollout: "pods are replaced",
} as const;

export type DangerName = keyof typeof DANGERS;

/** A danger of one change, in a sentence that names what it is about. */
export interface Danger {
  readonly name: DangerName;
  readonly message: string;
}

/** What happens to one child of an instance. */
export interface ChildChange {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for a kind without namespaces. */
  readonly namespace: Value | undefined;
  readonly name: Value;
  /** Id of the node in the RGD. */
  readonly node: string;
  /** Position in the order in which kro creates, from 1; of a deletion, in that in which it deletes: the highest first. */
  readonly wave: number;
  readonly action: Action;
  /** The condition, when only the cluster can know whether the child is included. */
  readonly condition?: string;
  /** Every field for `create` and `delete`; those that differ for `update` and `replace`. */
  readonly fields: readonly FieldChange[];
  readonly dangers: readonly Danger[];
}
