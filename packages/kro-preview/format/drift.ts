import { printable } from "../../console/index.ts";
import type { Drift, DriftedField } from "../drift.ts";
import { valueText } from "./values.ts";

/** What puts drift right. */
const against = (drifts: readonly Drift[]): string =>
  drifts.some(({ needsRefresh }) => needsRefresh)
    ? "`pulumi up --refresh --skip-preview` puts it right."
    : "`carts up` puts it right. So does `pulumi up --refresh --skip-preview`, which waits only for what it changes.";

/** All of {@link driftLines}, and what to type. */
export const driftText = (drifts: readonly Drift[]): string[] => [...driftLines(drifts), ...remedyLines(drifts)];

/** What to type, commands on lines of their own. */
export function remedyLines(drifts: readonly Drift[]): string[] {
  const commands = [...new Set(drifts.flatMap(({ fields }) => fields.flatMap(({ release }) => release ?? [])))];
  return commands.length === 0
    ? [against(drifts)]
    : [
        "Pulumi takes fields over from kubectl, and from nobody else. Have whoever set them leave them out, or take them away:",
        ...commands.map((command) => `  ${printable(command)}`),
        `Then ${against(drifts)}`,
      ];
}

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
