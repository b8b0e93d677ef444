import { GROUPS, POLICY_RULES } from "./rules.ts";

const SETTINGS = ["off", "warn", "error"];

/** Ids that a switch takes: those of rules, and of groups of them. */
export const ruleIds = (): string[] => [...POLICY_RULES.map(({ id }) => id), ...Object.keys(GROUPS)];

/** The JSON Schema (2020-12) of kro-preview.yaml; docs/kro-preview.schema.json is the same as a file. */
export const settingsSchema = () => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "kro-preview.yaml",
  type: "object",
  additionalProperties: false,
  properties: {
    policy: {
      description: "What is demanded of the objects that kro makes.",
      type: "object",
      additionalProperties: false,
      properties: {
        rules: {
          description: "Switches, by the id of a rule or of a group of rules.",
          type: "object",
          additionalProperties: false,
          properties: Object.fromEntries(ruleIds().map((id) => [id, { enum: SETTINGS }])),
        },
        podSecurity: {
          description: "Level of the Pod Security Standards.",
          enum: ["baseline", "restricted"],
          default: "restricted",
        },
        labels: {
          description: "Labels that every child must have.",
          type: "array",
          items: { type: "string", minLength: 1 },
          default: [],
        },
        exceptions: {
          description: "Findings that are accepted.",
          type: "array",
          items: {
            type: "object",
            additionalProperties: false,
            required: ["rule", "reason"],
            properties: {
              rule: { description: "Id of a rule, or of a group.", enum: ruleIds() },
              kind: { description: "Default: every kind.", type: "string", minLength: 1 },
              name: { description: "`name` or `namespace/name`. Default: every one.", type: "string", minLength: 1 },
              reason: {
                description: "Why it is accepted: for whoever reads the report.",
                type: "string",
                minLength: 1,
              },
            },
          },
        },
      },
    },
  },
});
