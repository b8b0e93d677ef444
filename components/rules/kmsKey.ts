/** A KMS key by its ARN: what compares it with what AWS says takes neither an alias nor an id. */
export const KEY_ARN = "arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+";

export const KMS_KEY = {
  type: "string",
  maxLength: 2048,
  pattern: `^${KEY_ARN}$`,
  must: "must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>: `aws kms describe-key --key-id <alias or id>` says it",
} as const;
