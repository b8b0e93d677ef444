import type { ChangedObject, Danger } from "../changes.ts";
import { type AckResource, ackResource, isSameIdentity, isTable, TABLE_KIND } from "./ackResource.ts";
import { type AckWords, RESOURCE, TABLE } from "./ackWords.ts";
import { refusedFields } from "./kubernetes.ts";
import { type DangerName, named } from "./names.ts";
import type { DangerRule } from "./rule.ts";

const rule = (name: DangerName): DangerRule => ({
  ...named(name),
  ofChild: (change) => ackDangers(change).flatMap((danger) => (danger.name === name ? [danger.message] : [])),
});

/** What a change does to the AWS resources that ACK keeps for children: of tables, and of all others. */
export const ackPolicies: readonly DangerRule[] = [
  rule("table-replaced"),
  rule("table-retained"),
  rule("table-deleted"),
  rule("table-goes"),
  rule("aws-resource-replaced"),
  rule("aws-resource-retained"),
  rule("aws-resource-deleted"),
  rule("aws-resource-goes"),
];

/** Where the CRD is known, it says so itself. */
export const tableField: DangerRule = {
  ...named("immutable-field"),
  ofChild: (change) => (change.schema ? [] : refusedFields(change, { [TABLE_KIND]: ["spec.keySchema"] })),
};

/**
 * An ACK controller acts on the object that is in the cluster, so that what is written there before the change decides.
 *
 * @see https://aws-controllers-k8s.github.io/community/docs/user-docs/deletion-policy/
 * @see https://aws-controllers-k8s.github.io/community/docs/user-docs/features/#resourceadoption
 */
function ackDangers(change: ChangedObject): Danger[] {
  const { action, before, after, schema } = change;
  const old = before && ackResource(before, schema);
  if (!before || !old) return [];
  const words = isTable(before) ? TABLE : RESOURCE;
  const danger = (name: keyof typeof words.names, message: string): Danger => ({ name: words.names[name], message });
  const left = old.isKept ? danger("retained", words.retained(old)) : danger("deleted", words.deleted(old));
  const next = after && ackResource(after, schema);
  if (!next || action === "delete") return [left];
  const goes = old.isKept && !next.isKept ? [danger("goes", words.goes(next))] : [];
  if (!isSameIdentity(old, next)) {
    // Then the update is refused, which another rule says.
    if (action === "update" && old.isFixed) return [];
    // In place, ACK makes or adopts the other one and forgets this one.
    return action === "update"
      ? [danger("replaced", words.renamed(old, next)), danger("retained", words.forgotten(old)), ...goes]
      : [danger("replaced", words.other(old, next)), left, ...goes];
  }
  if (action === "update") return goes;
  if (action !== "replace") return [];
  const found = replaced(change, old, next, words).map((one) => danger(...one));
  // What ACK refuses to manage, it deletes as little.
  return old.identity === undefined || next.isAdopting ? [...found, ...goes] : found;
}

/** The object in the cluster is another one, for the same resource in AWS. */
function replaced(
  { instanceReplaced }: ChangedObject,
  old: AckResource,
  next: AckResource,
  words: AckWords,
): (readonly [keyof AckWords["names"], string])[] {
  const left = old.isKept ? (["retained", words.retained(old)] as const) : (["deleted", words.deleted(old)] as const);
  // AWS chose its id: a new object that doesn't name that one makes another.
  if (old.identity === undefined) return [["replaced", words.another(old)], left];
  if (!old.isKept) return [["replaced", instanceReplaced ? words.remade(old) : words.takenUp(old)], left];
  return next.isAdopting ? [["replaced", words.adopted(old)]] : [["replaced", words.notAdopted(old)], left];
}
