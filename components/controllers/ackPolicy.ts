import { prefixFor } from "../names.ts";

/**
 * An IAM policy, as JSON, of ACK's controller for DynamoDB: the tables of one cluster's CartsStacks, and none of their items.
 *
 * @param partition - `aws`, `aws-cn` and so on.
 */
export const ackPolicy = (partition: string, clusterName: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: TABLE_ACTIONS,
        Resource: `arn:${partition}:dynamodb:*:*:table/${prefixFor(clusterName)}*`,
      },
      {
        Effect: "Allow",
        Action: KEY_ACTIONS,
        Resource: `arn:${partition}:kms:*:*:key/*`,
        Condition: { StringLike: { "kms:ViaService": "dynamodb.*.amazonaws.com" } },
      },
    ],
  });

/** What ACK's DynamoDB controller does with the table of an instance: make it, look after it, delete it. Never its items. */
export const TABLE_ACTIONS: readonly string[] = [
  "CreateTable",
  "DeleteTable",
  "DescribeContinuousBackups",
  "DescribeContributorInsights",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetResourcePolicy",
  "ListTagsOfResource",
  "TagResource",
  "UntagResource",
  "UpdateContinuousBackups",
  "UpdateTable",
  "UpdateTimeToLive",
].map((action) => `dynamodb:${action}`);

/**
 * What whoever makes a table with a key of its own must be allowed on it, through DynamoDB; the key's own policy decides as well.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const KEY_ACTIONS = ["CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*"].map(
  (action) => `kms:${action}`,
);
