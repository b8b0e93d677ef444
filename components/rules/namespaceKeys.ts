import { TEXT } from "./argRule.ts";
import { but, type RuleAcross } from "./ruleAcross.ts";

/**
 * A key of a label or an annotation.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
const QUALIFIED_NAME =
  "^(?=[^/]{1,253}/|[^/]*$)([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

export const LABELS = {
  name: {
    pattern: QUALIFIED_NAME,
    must: "must hold label keys: 1 to 63 letters, digits, `-`, `_` and `.`, after a DNS name and `/` or without",
  },
  value: {
    maxLength: 63,
    pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
    must: "must be a string of at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at either end",
  },
} as const;

export const ANNOTATIONS = {
  name: {
    pattern: QUALIFIED_NAME,
    must: "must hold annotation keys: 1 to 63 letters, digits, `-`, `_` and `.`, after a DNS name and `/` or without",
  },
  value: { pattern: TEXT, must: "must be a string: put it in quotes, and no NUL into it" },
} as const;

/** What Kubernetes, kro or the RGD itself puts on the namespace. */
const RESERVED_KEYS = /^(pod-security\.kubernetes\.io|([a-z.]+\.)?kro\.run|applyset\.kubernetes\.io)\//;
const RESERVED_LABELS = ["kubernetes.io/metadata.name", "app.kubernetes.io/managed-by"];

export const namespaceKeysAreFree: RuleAcross = {
  of: ["namespaceLabels", "namespaceAnnotations"],
  problems: (args) =>
    (["namespaceLabels", "namespaceAnnotations"] as const).flatMap((key) =>
      Object.keys(args[key])
        .filter((name) => RESERVED_KEYS.test(name) || (key === "namespaceLabels" && RESERVED_LABELS.includes(name)))
        .map((name) => but(key, name, "is set by Kubernetes, kro or the stack, and can't be overridden: leave it out")),
    ),
};
