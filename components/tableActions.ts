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
