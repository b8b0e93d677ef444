import { groupOf, type KubernetesObject, Secret, type Value } from "../../kro/index.ts";
import type { ChangedObject, Danger } from "../changes.ts";
import { refusedFields } from "./kubernetes.ts";
import { type DangerRule, IMMUTABLE_FIELD } from "./rule.ts";

const rule = (name: string, meaning: string): DangerRule => ({
  name,
  meaning,
  ofChild: (change) => tableDangers(change).flatMap((danger) => (danger.name === name ? [danger.message] : [])),
});

export const tableReplaced = rule("table-replaced", "the service goes on with another table, or an empty one");
export const tableRetained = rule("table-retained", "a DynamoDB table stays in the account that nothing manages");
export const tableDeleted = rule("table-deleted", "a DynamoDB table is deleted with its items");

export const tableGoes = rule("table-goes", "a DynamoDB table is deleted with its instance from now on");

export const tableField: DangerRule = {
  ...IMMUTABLE_FIELD,
  ofChild: (change) => refusedFields(change, { [`${GROUP}/Table`]: ["spec.keySchema"] }),
};

const GROUP = "dynamodb.services.k8s.aws";

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
  if (before?.kind !== "Table" || groupOf(before.apiVersion) !== GROUP) return [];
  const [table, next] = [before, after].map((object) => String(object && tableName(object)));
  const retained = annotation(before, DELETION_POLICY) === "retain";
  const left: Danger = retained
    ? { name: "table-retained", message: `the DynamoDB table ${table} stays, with its items, and nothing manages it` }
    : { name: "table-deleted", message: `the DynamoDB table ${table} is deleted with its items` };
  if (!after || action === "delete") return [left];
  if (!isSame(tableName(before), tableName(after))) {
    const other: Danger = {
      name: "table-replaced",
      message: `the service goes on with the table ${next}, not ${table}`,
    };
    // In place, ACK makes or adopts the other table and forgets this one.
    return action === "update"
      ? [other, { ...left, name: "table-retained", message: forgotten(table!) }]
      : [other, left];
  }
  if (action === "update" && retained && annotation(after, DELETION_POLICY) !== "retain") {
    const message = `the DynamoDB table ${table} is deleted with its items when its instance is, by a destroy or a replacement`;
    return [{ name: "table-goes", message }];
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

const tableName = ({ spec }: KubernetesObject): Value =>
  (spec as { readonly tableName?: Value } | undefined)?.tableName ?? null;

/** Secrets are shown alike. */
const isSame = (before: Value, after: Value): boolean =>
  before instanceof Secret && after instanceof Secret
    ? before.version === after.version
    : String(before) === String(after);

const annotation = ({ metadata }: KubernetesObject, name: string): Value | undefined =>
  (metadata.annotations as { readonly [key: string]: Value } | undefined)?.[name];
