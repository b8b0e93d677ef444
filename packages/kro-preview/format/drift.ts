import { printable } from "../../console/index.ts";
import type { Drift, DriftedField } from "../drift.ts";
import { valueText } from "./values.ts";

/** What to type against a drift, but for commands of its own. */
export const AGAINST_DRIFT =
  "`carts up` puts it right. So does `pulumi up --refresh --skip-preview`, which waits only for what it changes.";

/** Each resource that is not as the last update left it, as `~ aws:iam/role:Role carts-role: changed`, with its fields. */
export const driftLines = (drifts: readonly Drift[]): string[] =>
  drifts.flatMap(({ type, name, change, fields }) => [
    `${change === "deleted" ? "-" : "~"} ${printable(`${type} ${name}`)}: ${change}`,
    ...fields.flatMap(fieldLines),
  ]);

function fieldLines({ path, expected, found, order, manager }: DriftedField): string[] {
  const field = `${printable(path)}${order ? " (order)" : ""}`;
  const who = manager === undefined ? "" : `, by ${printable(manager)}`;
  if (expected === undefined && found === undefined) return [`    ~ ${field}${who}`];
  return [
    ...(expected === undefined ? [] : [`    - ${field}: ${valueText(expected)}`]),
    ...(found === undefined
      ? who
        ? [`    + ${field}: not there${who}`]
        : []
      : [`    + ${field}: ${valueText(found)}${who}`]),
  ];
}

/** The commands without which an update would fail. */
export const releasesOf = (drifts: readonly Drift[]): string[] => [
  ...new Set(drifts.flatMap(({ fields }) => fields.flatMap(({ release }) => release ?? []))),
];
