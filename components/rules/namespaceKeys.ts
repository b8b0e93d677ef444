import { but, type RuleAcross } from "./ruleAcross.ts";

/**
 * A key of a label or an annotation.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export const QUALIFIED_NAME =
  "^(?=[^/]{1,253}/|[^/]*$)([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

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
