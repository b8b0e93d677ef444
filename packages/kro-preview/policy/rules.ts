import { iamRules } from "./iam.ts";
import { requiredLabels } from "./labels.ts";
import { podSecurityRules } from "./podSecurity/rules.ts";
import type { PolicyRule } from "./rule.ts";
import { plainSecret } from "./secrets.ts";
import { tableRules } from "./tables.ts";
import { imageTag, probeRules, resourceRules } from "./workloads.ts";

/** Every rule over children, in the order in which findings are told. A rule that isn't here looks at nothing. */
export const POLICY_RULES: readonly PolicyRule[] = [
  ...podSecurityRules,
  plainSecret,
  ...iamRules,
  ...tableRules,
  imageTag,
  ...resourceRules,
  ...probeRules,
  requiredLabels,
];

/** Names that stand for several rules in a switch. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  ["pod-security", "iam", "table"].map((group) => [group, idsWith(`${group}-`)]),
);

function idsWith(prefix: string): string[] {
  return POLICY_RULES.map(({ id }) => id).filter((id) => id.startsWith(prefix));
}
