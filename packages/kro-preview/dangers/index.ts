import { ackPolicies, tableField } from "./ack.ts";
import { tableExpires, tableReencrypted, tableUnprotected } from "./ackTableSettings.ts";
import { immutableField, kindField, namespaceReplaced, neverReady, rollout } from "./kubernetes.ts";
import {
  associationReplaced,
  definitionDeleted,
  definitionRefused,
  instanceField,
  instanceRefused,
  roleReplaced,
} from "./pulumiPlan.ts";
import type { DangerRule } from "./rule.ts";

/** Every danger that a preview looks for, the worst first. A rule that isn't here looks at nothing. */
export const RULES: readonly DangerRule[] = [
  ...ackPolicies,
  ...[tableExpires, tableUnprotected, tableReencrypted],
  namespaceReplaced,
  ...[immutableField, kindField, tableField, instanceField],
  ...[roleReplaced, associationReplaced, definitionRefused, instanceRefused, definitionDeleted, neverReady, rollout],
];
