import { isLater } from "../given.ts";
import { but, type RuleAcross } from "./ruleAcross.ts";

const SUFFIX = "(m|k|M|G|T|Ki|Mi|Gi|Ti)?";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const CPU = { maxLength: 32, pattern: `^[0-9]+(\\.[0-9]+)?${SUFFIX}$` } as const;

/**
 * Of memory Kubernetes takes thousandths too, and rounds them up: `400m` is one byte.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory
 */
const MEMORY = { ...CPU, pattern: CPU.pattern.replace("m|", "") } as const;

export const CPUS = {
  type: "string",
  stricter: CPU,
  must: "must be a Kubernetes quantity of CPUs, in quotes, such as 250m or 2",
} as const;

export const BYTES = {
  type: "string",
  stricter: MEMORY,
  must: "must be a Kubernetes quantity of bytes, in quotes, such as 512Mi or 1Gi",
} as const;

/** What each suffix stands for, in thousandths. */
const THOUSANDTHS: Readonly<Record<string, bigint>> = Object.fromEntries([
  ...["m", "", "k", "M", "G", "T"].map((suffix, i) => [suffix, 1000n ** BigInt(i)]),
  ...["Ki", "Mi", "Gi", "Ti"].map((suffix, i) => [suffix, 1000n * 1024n ** BigInt(i + 1)]),
]);

/** A quantity that is one of {@link CPU}, as a number that compares: no text of 32 characters has more decimals. */
function sizeOf(quantity: string): bigint {
  const [, whole, fraction = "", suffix = ""] = /^(\d+)(?:\.(\d+))?(.*)$/.exec(quantity)!;
  return BigInt(whole! + fraction) * THOUSANDTHS[suffix]! * 10n ** BigInt(32 - fraction.length);
}

/** Kubernetes refuses the pods of a Deployment that asks for more than it may use, not the Deployment. */
export const requestIsWithinLimit: RuleAcross = {
  of: ["resources"],
  problems: ({ resources }) => {
    const [request, limit] = [resources.requests?.memory, resources.limits?.memory] as unknown[];
    if (isLater(request) || isLater(limit) || typeof request !== "string" || typeof limit !== "string") return [];
    if (sizeOf(request) <= sizeOf(limit)) return [];
    const rule = `resources.limits.memory is ${JSON.stringify(limit)}: a pod can't be given more than it may use, so set both`;
    return [but("resources.requests.memory", request, rule)];
  },
};
