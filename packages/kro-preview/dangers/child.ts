import type { KubernetesObject, Value } from "../../kro/index.ts";
import { groupOf } from "../../kro/index.ts";
import type { Action, Danger, FieldChange } from "../changes.ts";

/** What happens to a child, as far as dangers depend on it. */
export interface ChangedObject {
  readonly action: Action;
  readonly fields: readonly FieldChange[];
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
  readonly problems: readonly string[];
  /** Pulumi deletes the instance before it creates it again; otherwise kro creates first, and prunes then. */
  readonly instanceReplaced: boolean;
}

/** What a change of a child may cost. */
export function dangersOf(change: ChangedObject): Danger[] {
  const { before, after } = change;
  const object = (after ?? before)!;
  return [
    ...change.problems.map((message): Danger => ({ name: "never-ready", message })),
    ...(isTable(object) ? tableDangers(change) : []),
    ...(object.kind === "Namespace" && object.apiVersion === "v1" ? namespaceDangers(change) : []),
    ...(change.action === "update" ? [...immutableDangers(change), ...rolloutDangers(change)] : []),
  ];
}

const isTable = ({ apiVersion, kind }: KubernetesObject): boolean =>
  kind === "Table" && apiVersion.startsWith("dynamodb.services.k8s.aws/");

/** ACK deletes the table with its resource unless the annotation says otherwise. */
const DELETION_POLICY = "services.k8s.aws/deletion-policy";
const ADOPTION_POLICY = "services.k8s.aws/adoption-policy";

/**
 * ACK's DynamoDB controller acts on the Table that is in the cluster, so that what is written there before the change
 * decides.
 *
 * @see https://aws-controllers-k8s.github.io/community/docs/user-docs/deletion-policy/
 */
function tableDangers({ action, before, after, instanceReplaced }: ChangedObject): Danger[] {
  if (!before) return [];
  const table = tableName(before);
  const retained = annotation(before, DELETION_POLICY) === "retain";
  const left: Danger = retained
    ? { name: "table-retained", message: `the DynamoDB table ${table} stays, with its items, and nothing manages it` }
    : { name: "table-deleted", message: `the DynamoDB table ${table} is deleted with its items` };
  if (!after || action === "delete") return [left];
  const next = tableName(after);
  if (next !== table) {
    const other: Danger = {
      name: "table-replaced",
      message: `the service goes on with the table ${next}, not ${table}`,
    };
    // In place, ACK makes or adopts the other table and forgets this one.
    return action === "update"
      ? [other, { ...left, name: "table-retained", message: forgotten(table) }]
      : [other, left];
  }
  if (action !== "replace") return [];
  const replaced = (message: string): Danger => ({ name: "table-replaced", message });
  if (!retained) {
    const message = instanceReplaced
      ? `the DynamoDB table ${table} is deleted with its items, and made again, empty`
      : `the new Table resource takes up ${table}; then kro deletes the old one, and ACK the table with its items`;
    return [replaced(message), left];
  }
  const adopts = /^adopt/.test(String(annotation(after, ADOPTION_POLICY)));
  return adopts
    ? [replaced(`the Table resource is made anew and takes up the DynamoDB table ${table}, with its items`)]
    : [replaced(`the new Table resource does not adopt ${table}, which exists: ACK refuses to manage it`), left];
}

const forgotten = (table: string): string =>
  `the DynamoDB table ${table} stays, with its items, and nothing manages it: ACK takes up the other name in place`;

const tableName = ({ spec }: KubernetesObject): string =>
  show((spec as { readonly tableName?: Value } | undefined)?.tableName ?? null);

const annotation = ({ metadata }: KubernetesObject, name: string): Value | undefined =>
  (metadata.annotations as { readonly [key: string]: Value } | undefined)?.[name];

function namespaceDangers({ action, before }: ChangedObject): Danger[] {
  if (action !== "delete" && action !== "replace") return [];
  const name = show(before!.metadata.name);
  return [{ name: "namespace-replaced", message: `the namespace ${name} is deleted with everything in it` }];
}

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
  "dynamodb.services.k8s.aws/Table": ["spec.keySchema"],
};

function immutableDangers({ fields, after }: ChangedObject): Danger[] {
  const immutable = IMMUTABLE[kindOf(after!)] ?? [];
  const refused = fields.filter(({ path }) => immutable.some((field) => within(path, field)));
  return refused.map(({ path }) => ({
    name: "immutable-field",
    message: `${path} of ${after!.kind} ${show(after!.metadata.name)} can't be changed in place: the update is refused`,
  }));
}

const ROLLING = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"];

function rolloutDangers({ fields, after }: ChangedObject): Danger[] {
  if (!ROLLING.includes(kindOf(after!))) return [];
  const paths = fields.map(({ path }) => path).filter((path) => within(path, "spec.template"));
  if (paths.length === 0) return [];
  const name = `${after!.kind} ${show(after!.metadata.name)}`;
  return [
    {
      name: "rollout",
      message: `the pods of ${name} are replaced: ${paths.length === 1 ? "1 field changes" : `${paths.length} fields change`}`,
    },
  ];
}

/** `group/Kind`. */
const kindOf = ({ apiVersion, kind }: KubernetesObject): string => `${groupOf(apiVersion)}/${kind}`;

const within = (path: string, field: string): boolean =>
  path === field || (/^[.[]/.test(path.slice(field.length)) && path.startsWith(field));

const show = (value: Value): string => String(value);
