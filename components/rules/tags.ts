import { OWN_TAGS } from "../tags.ts";
import { but, type RuleAcross } from "./ruleAcross.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const TEXT = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";
/** Reserved in capitals and in small letters, of a value as of a key: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html */
const NOT_AWS = "(?![aA][wW][sS]:)";

export const TAG_KEY = {
  maxLength: 128,
  pattern: `^${NOT_AWS}${TEXT}+$`,
  must: "must hold keys of 1 to 128 letters, digits, spaces and `_.:/=+-@`, not beginning with `aws:`",
} as const;

export const TAG_VALUE = {
  maxLength: 256,
  pattern: `^${NOT_AWS}${TEXT}*$`,
  must: "must be a string, in quotes, of at most 256 letters, digits, spaces and `_.:/=+-@`, not beginning with `aws:`",
} as const;

/**
 * AWS takes 50 on a resource. The stack has four, and ACK puts two of its own on the table:
 * `services.k8s.aws/controller-version` and `/namespace`.
 */
export const MOST_TAGS = {
  number: 44,
  must: "AWS takes at most 50 tags, of which 4 are the stack's own and 2 ACK's: leave some out",
} as const;

/** IAM takes keys for the same that differ in capitals only, and refuses them. */
export const tagKeysDiffer: RuleAcross = {
  of: ["tags"],
  problems: ({ tags }) => {
    const keys = Object.keys(tags);
    const first = new Map(keys.toReversed().map((key) => [key.toLowerCase(), key]));
    return keys.flatMap((key) => {
      const other = first.get(key.toLowerCase())!;
      const rule = `IAM takes it for the same key as ${JSON.stringify(other)}: leave one out`;
      return other === key ? [] : [but("tags", key, rule)];
    });
  },
};

/** By them a table says whose it is. */
export const tagsAreFree: RuleAcross = {
  of: ["tags"],
  problems: ({ tags }) =>
    Object.keys(tags)
      .filter((key) => key.startsWith(OWN_TAGS))
      .map((key) => but("tags", key, `keys that begin with ${OWN_TAGS} are the stack's own: choose another`)),
};
