import { list } from "../../console/index.ts";
import { groupOf, KnownAfterApply, type KubernetesObject, refusedUpdate } from "../../kro/index.ts";
import type { ChangedObject, ChildChange, FieldChange } from "../changes.ts";
import { named } from "./names.ts";
import type { DangerRule } from "./rule.ts";

export const neverReady: DangerRule = {
  ...named("never-ready"),
  ofChild: ({ problems }) => problems,
};

export const namespaceReplaced: DangerRule = {
  ...named("namespace-replaced"),
  ofChild: ({ action, before }) =>
    before && kindOf(before) === "/Namespace" && (action === "delete" || action === "replace")
      ? [`the namespace ${before.metadata.name} is deleted with everything in it`]
      : [],
};

/** Fields that the API server refuses to change, by kind. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  "apps/Deployment": ["spec.selector"],
  "apps/ReplicaSet": ["spec.selector"],
  "apps/DaemonSet": ["spec.selector"],
  "apps/StatefulSet": ["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
  "batch/Job": ["spec.selector", "spec.template", "spec.completionMode"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
  "/PersistentVolumeClaim": ["spec.storageClassName", "spec.accessModes", "spec.volumeName", "spec.selector"],
  "/Service": ["spec.clusterIP"],
  "/Secret": ["type"],
};

export const immutableField: DangerRule = {
  ...named("immutable-field"),
  ofChild: (change) => refusedFields(change, IMMUTABLE),
};

/** What the CRD of a kind says of updates, or the RGD that makes it. */
export const kindField: DangerRule = {
  ...named("immutable-field"),
  ofChild({ action, before, after, schema }) {
    if (action !== "update" || !before || !after || !schema) return [];
    const title = `${after.kind} ${after.metadata.name}`;
    return refusedUpdate(before, after, schema).map(({ path, rule }) =>
      rule === undefined
        ? `${path} of ${title} can't be changed in place: the update is refused`
        : `${path || "the object"} of ${title} can't be changed so: the update is refused: ${rule}`,
    );
  },
};

/** A sentence for each field of an updated object that its kind does not let change. */
export function refusedFields(
  { action, fields, after }: ChangedObject,
  immutable: Readonly<Record<string, readonly string[]>>,
): string[] {
  if (action !== "update") return [];
  const refused = fields.filter(({ path }) => immutable[kindOf(after!)]?.some((field) => within(path, field)));
  return refused.map(
    ({ path }) => `${path} of ${after!.kind} ${after!.metadata.name} can't be changed in place: the update is refused`,
  );
}

export const rollout: DangerRule = {
  ...named("rollout"),
  ofChild({ action, fields, after, problems }) {
    // What kro can't make replaces nothing.
    const changed = after && problems.length === 0 && action === "update" ? templateFields(after, fields) : [];
    if (changed.length === 0) return [];
    const pods = `the pods of ${after!.kind} ${after!.metadata.name}`;
    if (changed.every((field) => field.after instanceof KnownAfterApply)) {
      return [
        `${pods} may be replaced: ${list(
          changed.map(({ path }) => path),
          3,
        )} comes of what only the cluster knows`,
      ];
    }
    return [`${pods} are replaced: ${changed.length === 1 ? "1 field changes" : `${changed.length} fields change`}`];
  },
};

/** Whether a child's pods are replaced in place. */
export const rollsOut = (child: ChildChange): boolean =>
  child.action === "update" && templateFields(child, child.fields).length > 0;

const ROLLING = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"];

const templateFields = (object: Kind, fields: readonly FieldChange[]): readonly FieldChange[] =>
  ROLLING.includes(kindOf(object)) ? fields.filter(({ path }) => within(path, "spec.template")) : [];

type Kind = Pick<KubernetesObject, "apiVersion" | "kind">;

/** `group/Kind`. */
const kindOf = ({ apiVersion, kind }: Kind): string => `${groupOf(apiVersion)}/${kind}`;

const within = (path: string, field: string): boolean =>
  path === field || (/^[.[]/.test(path.slice(field.length)) && path.startsWith(field));
