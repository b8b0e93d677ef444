import { isMap, KnownAfterApply, type KubernetesObject, Secret, type Value } from "../../kro/index.ts";
import type { ChangedObject } from "../changes.ts";
import { isSame, isTable } from "./ackResource.ts";
import { type DangerName, named } from "./names.ts";
import type { DangerRule } from "./rule.ts";

/** What a change does to how a DynamoDB table is kept, where the table itself stays. What ACK isn't told is off. */
const rule = (name: DangerName, look: (table: Settings, next: Settings) => readonly string[]): DangerRule => ({
  ...named(name),
  ofChild: ({ action, before, after }: ChangedObject) =>
    (action === "update" || action === "replace") && isTable(before) && isTable(after)
      ? look(settingsOf(before), settingsOf(after))
      : [],
});

export const tableUnprotected = rule("table-unprotected", (table, next) => [
  ...(table.isProtected && !next.isProtected
    ? [`the DynamoDB table ${table.name} loses its deletion protection: whoever may delete tables can delete it`]
    : []),
  ...(table.isRecoverable && !next.isRecoverable
    ? [
        `the DynamoDB table ${table.name} loses its point-in-time recovery, and with it all that could be restored so far`,
      ]
    : []),
]);

export const tableReencrypted = rule("table-reencrypted", (table, next) =>
  isSame(table.key, next.key)
    ? []
    : [
        `the DynamoDB table ${table.name} is encrypted with another key (${shown(next.key) ?? "DynamoDB's own"}): ` +
          `whoever uses it needs that one${table.key === undefined ? "" : ", and its backups the one of before"}`,
      ],
);

export const tableExpires = rule("table-expires", (table, next) =>
  next.ttl === undefined || isSame(table.ttl, next.ttl)
    ? []
    : [
        `the DynamoDB table ${table.name} loses each item whose attribute ${shown(next.ttl)} holds a time that is past: no backup of single items is kept`,
      ],
);

/** Undefined for DynamoDB's own key, and where items don't expire. */
interface Settings {
  readonly name: string;
  readonly isProtected: boolean;
  readonly isRecoverable: boolean;
  readonly key: Value | undefined;
  readonly ttl: Value | undefined;
}

function settingsOf(table: KubernetesObject): Settings {
  const spec = table.spec as Value | undefined;
  /** What isn't known as a whole stands for its parts. */
  const at = (value: Value | undefined, ...[key, ...rest]: string[]): Value | undefined =>
    key === undefined || isSpecial(value)
      ? value
      : at(value !== undefined && isMap(value) ? value[key] : undefined, ...rest);
  /** What isn't known yet is not off. */
  const isOn = (value: Value | undefined): boolean => value === true || isSpecial(value);
  const where = (group: string, key: string) => (isOn(at(spec, group, "enabled")) ? at(spec, group, key) : undefined);
  return {
    name: String(at(spec, "tableName")),
    isProtected: isOn(at(spec, "deletionProtectionEnabled")),
    isRecoverable: isOn(at(spec, "continuousBackups", "pointInTimeRecoveryEnabled")),
    key: where("sseSpecification", "kmsMasterKeyID"),
    ttl: where("timeToLive", "attributeName"),
  };
}

const isSpecial = (value: Value | undefined): boolean => value instanceof KnownAfterApply || value instanceof Secret;

const shown = (value: Value | undefined): string | undefined =>
  value === undefined ? undefined : value instanceof KnownAfterApply ? "not known yet" : String(value);
