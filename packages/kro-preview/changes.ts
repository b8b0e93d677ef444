import type { JsonSchema, KubernetesObject, Value } from "../kro/index.ts";
import type { Finding } from "./policy/policy.ts";

/** What happens to a child. `replace`: deleted and created again, or created under another name. */
export type Action = "create" | "update" | "replace" | "delete" | "same";

/** A difference in one field. `undefined`: not there. */
export interface FieldChange {
  /** Such as `spec.template.spec.containers[0].image` or `metadata.labels["app.kubernetes.io/name"]`. */
  readonly path: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  /** A list that is merged by name has another order: both sides are the names, as they come. */
  readonly order?: true;
}

/** What a change may cost, in a sentence that names what it is about. */
export interface Danger {
  /** As `--allow` takes it. */
  readonly name: string;
  readonly message: string;
}

/** A child that is itself an instance of an RGD, around others. */
export interface NestedInstance {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for a kind without namespaces. */
  readonly namespace: Value | undefined;
  readonly name: Value;
  /** Id of the node in the RGD. */
  readonly node: string;
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
  /** Ids of the nodes that kro waits for before it. Left out where there is none. */
  readonly dependsOn?: readonly string[];
  readonly action: Action;
  /**
   * The children within which this one is, from the outermost: each is an instance of another RGD, and `node` and `wave`
   * are of the last one's. Left out for a child of the instance itself.
   */
  readonly parents?: readonly NestedInstance[];
  /** The condition, when only the cluster can know whether the child is included. */
  readonly condition?: string;
  /** Every field for `create` and `delete`; those that differ for `update` and `replace`. */
  readonly fields: readonly FieldChange[];
  readonly dangers: readonly Danger[];
  /** What the policy found in a child that is new or changes. Left out where none was asked for. */
  readonly findings?: readonly Finding[];
}

/** What happens to a child, as far as dangers depend on it. */
export interface ChangedObject {
  readonly action: Action;
  readonly fields: readonly FieldChange[];
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
  /** Why kro can't make the object: sentences. */
  readonly problems: readonly string[];
  /** Of a kind that isn't Kubernetes' own, where it is known. */
  readonly schema: JsonSchema | undefined;
  /** Pulumi deletes the instance before it creates it again; otherwise kro creates first, and prunes then. */
  readonly instanceReplaced: boolean;
}

/** A rule that looks at a child for one danger. */
export interface ChildRule {
  readonly name: string;
  /** A sentence for each time that the danger is there. */
  readonly ofChild?: (change: ChangedObject) => readonly string[];
  /** What a policy says of the child; undefined for one that it doesn't look at. */
  readonly findingsOf?: (change: ChangedObject) => readonly Finding[] | undefined;
}
