import type { EnforcementLevel, StackValidationArgs, StackValidationPolicy } from "@pulumi/policy";
import { type Exception, makePolicy, POLICY_RULES } from "../packages/kro-preview/index.ts";
import { type Children, rememberedChildren } from "./children.ts";

/** What a policy says of the stack's children that none of the others can. */
const NOT_LOOKED_AT = "kro-not-looked-at";

const LEVELS: Readonly<Record<"off" | "warn" | "error", EnforcementLevel>> = {
  off: "disabled",
  warn: "advisory",
  error: "mandatory",
};

/** Accepted findings, in a policy's config: those of kro-preview.yaml without the rule. */
const EXCEPTIONS = {
  type: "array" as const,
  items: {
    type: "object" as const,
    required: ["reason"],
    properties: {
      kind: { type: "string" as const },
      name: { type: "string" as const },
      reason: { type: "string" as const },
    },
  },
  default: [],
};

/**
 * A policy for each rule of kro-preview, by its id: a policy pack's config switches them as it does every policy. Each
 * looks at the objects that kro will make of the stack's instances.
 */
export function policies(): StackValidationPolicy[] {
  const seen = rememberedChildren();
  return [
    ...POLICY_RULES.map(
      ({ id, meaning, default: setting, source, levels }): StackValidationPolicy => ({
        name: id,
        description: `Of what kro makes: ${meaning}. ${source}`,
        // What a stricter rule of the level restricted looks at already.
        enforcementLevel: levels?.includes("restricted") === false ? "disabled" : LEVELS[setting],
        configSchema: {
          properties: {
            exceptions: EXCEPTIONS,
            ...(id === "required-labels" && { labels: { type: "array", items: { type: "string" }, default: [] } }),
          },
        },
        validateStack(args, report) {
          for (const { text, urn } of findingsOf(id, args, seen(args.resources))) report(text, urn);
        },
      }),
    ),
    {
      name: NOT_LOOKED_AT,
      description:
        "Instances of kro's whose children can't be told, and values on which a rule depends and that can't.",
      enforcementLevel: "advisory",
      validateStack(args, report) {
        const { notes, children } = seen(args.resources);
        const policy = makePolicy();
        const untold = children.flatMap(({ title, object }) =>
          policy.check(object).untold.map((path) => `${path} of ${title}`),
        );
        for (const text of [...notes, ...untold.map((one) => `only the update can tell: ${one}`)]) report(text);
      },
    },
  ];
}

/** What one rule finds, and the instance that it is about. */
function findingsOf(
  id: string,
  { getConfig }: StackValidationArgs,
  { children }: Children,
): { text: string; urn: string }[] {
  const { exceptions = [], labels = [] } = getConfig<{ exceptions?: Omit<Exception, "rule">[]; labels?: string[] }>();
  const rules = Object.fromEntries(POLICY_RULES.map((rule) => [rule.id, rule.id === id ? "error" : "off"] as const));
  const [podSecurity] = POLICY_RULES.find((rule) => rule.id === id)!.levels ?? [];
  const policy = makePolicy({
    rules,
    podSecurity,
    labels,
    exceptions: exceptions.map((one) => ({ ...one, rule: id })),
  });
  return children.flatMap(({ object, title, urn }) =>
    policy.check(object).findings.map(({ message, path }) => ({ text: `${title}: ${message} (${path})`, urn })),
  );
}
