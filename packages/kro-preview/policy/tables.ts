import { groupOf, type Value } from "../../kro/index.ts";
import type { Look } from "./look.ts";
import type { PolicyRule } from "./rule.ts";

const tableRule = (
  id: string,
  meaning: string,
  source: string,
  keys: readonly string[],
  isBad: (value: Value | undefined) => boolean,
  message: string,
): PolicyRule => ({
  id,
  meaning,
  default: "warn",
  source,
  check({ object, look }) {
    if (object.kind !== "Table" || groupOf(object.apiVersion) !== "dynamodb.services.k8s.aws") return [];
    const place: Look = look.at(...keys);
    return place.is(isBad) ? [{ message, path: place.path }] : [];
  },
});

/** What keeps the items of a DynamoDB table of ACK. */
export const tableRules: readonly PolicyRule[] = [
  tableRule(
    "table-recovery",
    "a DynamoDB table can be restored to any time of its last days",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-2",
    ["spec", "continuousBackups", "pointInTimeRecoveryEnabled"],
    (value) => value !== true,
    "the table has no point-in-time recovery",
  ),
  tableRule(
    "table-protection",
    "a DynamoDB table can't be deleted before somebody allows that",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-6",
    ["spec", "deletionProtectionEnabled"],
    (value) => value !== true,
    "the table has no deletion protection",
  ),
  tableRule(
    "table-deletion-policy",
    "a DynamoDB table stays when its resource goes",
    "https://aws-controllers-k8s.github.io/community/docs/user-docs/deletion-policy/",
    ["metadata", "annotations", "services.k8s.aws/deletion-policy"],
    (value) => value !== "retain",
    "the table and its items are deleted with the resource: the annotation is not `retain`",
  ),
];
