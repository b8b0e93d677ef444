import { count, printable } from "../../console/index.ts";
import type { ChildFinding } from "../report.ts";
import { groupBy } from "./instances.ts";
import { code, link, prose } from "./markup.ts";

/** Of what a rule finds alike in many children, so many are named. */
const SHOWN = 10;

/** Findings that say the same of several children together, errors first. */
const alike = (findings: readonly ChildFinding[]): ChildFinding[][] =>
  groupBy(findings, ({ rule, message, before }) => JSON.stringify([rule, message, before])).toSorted(
    ([a], [b]) => Number(a!.severity === "warn") - Number(b!.severity === "warn"),
  );

const rest = (group: readonly ChildFinding[]): string[] =>
  group.length > SHOWN ? [`${group.length - SHOWN} more`] : [];

/** `error image-tag: container "web" has ...`, and below it the children of which it is said. */
export const findingLines = (findings: readonly ChildFinding[]): { readonly head: string; readonly of: string[] }[] =>
  alike(findings).map((group) => {
    const [{ severity, rule, message, before }] = group as [ChildFinding];
    return {
      head: `${severity} ${rule}: ${printable(message)}${before ? " (as before)" : ""}`,
      of: [...group.slice(0, SHOWN).map(({ of, path }) => printable(`${of}${path && `, ${path}`}`)), ...rest(group)],
    };
  });

/** The same as items of a list in Markdown. */
export const findingItems = (findings: readonly ChildFinding[]): string[] =>
  alike(findings).map((group) => {
    const [{ severity, rule, message, before, source }] = group as [ChildFinding];
    const of = [
      ...group.slice(0, SHOWN).map(({ of, path }) => `${code(of)}${path && ` ${code(path)}`}`),
      ...rest(group),
    ];
    const title = severity === "error" ? `**${link(rule, source)}**` : link(rule, source);
    return `- ${title}: ${prose(message)}${before ? " *(as before)*" : ""} (${of.join(", ")})`;
  });

/** `2 findings of the policy, 1 of them an error`; undefined for none. */
export function findingCount(findings: readonly ChildFinding[]): string | undefined {
  if (findings.length === 0) return undefined;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return `${count(findings.length, "finding")} of the policy (${count(errors, "error")})`;
}
