import { list } from "../../console/index.ts";
import { type KubernetesObject, titleOf } from "../../kro/index.ts";
import type { ChildRule } from "../changes.ts";
import type { DangerRule } from "../dangers/rule.ts";
import type { ChildFinding, InstanceChildChange } from "../report.ts";
import type { Checked, Finding, Policy } from "./policy.ts";

/** A policy as a rule of a report, over children that are new or change. What a child had before says so. */
export function policyRule(policy: Policy): { readonly rule: DangerRule; notes(): string[] } {
  const looked: CheckedChild[] = [];
  const findingsOf: ChildRule["findingsOf"] = ({ action, before, after }) => {
    if (!after || action === "same" || action === "delete") return undefined;
    const checked = policy.check(after);
    // Of the others the notes say nothing.
    if (checked.untold.length + checked.excepted.length > 0) looked.push({ object: after, checked });
    const known = new Set((before ? policy.check(before).findings : []).map(keyOf));
    return checked.findings.map((finding) => (known.has(keyOf(finding)) ? { ...finding, before: true } : finding));
  };
  return { rule: { name: "policy", meaning: "what the policy finds", findingsOf }, notes: () => policyNotes(looked) };
}

const keyOf = ({ rule, message, path }: Finding): string => JSON.stringify([rule, message, path]);

/** The findings of children, each with its child and its instance. */
export const findingsIn = (children: readonly InstanceChildChange[]): ChildFinding[] =>
  children.flatMap(({ findings = [], kind, instance, ...metadata }) =>
    findings.map((finding) => ({ ...finding, of: titleOf({ kind, metadata }), instance })),
  );

/** An object, and what the policy says of it. */
export interface CheckedChild {
  readonly object: KubernetesObject;
  readonly checked: Checked;
}

/** So much is named of what was passed over. */
const NAMED = 10;

/** What was passed over, or accepted: sentences. */
export function policyNotes(looked: readonly CheckedChild[]): string[] {
  const untold = looked.flatMap(({ object, checked }) => checked.untold.map((path) => `${path} of ${titleOf(object)}`));
  const excepted = looked.flatMap(({ checked }) => checked.excepted);
  const unknown = "The policy can't tell of what is secret, or only the cluster can know";
  return [
    ...(untold.length > 0 ? [`${unknown}: ${list([...new Set(untold)], NAMED)}.`] : []),
    ...(excepted.length > 0 ? [`The policy's exceptions: ${list([...new Set(excepted)], NAMED)}.`] : []),
  ];
}

/** Whether findings fail a command with `--fail-on-finding`: those that count as errors, and that the change brings. */
export const failing = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ severity, before }) => severity === "error" && !before);

/** Why a command with `--fail-on-finding` fails, and what to do. */
export function failureText(findings: readonly Finding[]): string {
  const rules = [...new Set(failing(findings).map(({ rule }) => rule))];
  return `the policy refuses it by ${rules.join(", ")}; an exception or a switch in kro-preview.yaml, or --rule ${rules[0]}=warn, accepts it`;
}
