import { extractExpressions, isStandaloneExpression } from "./parser/cel.ts";
import { templateProblems } from "./parser/expectedTypes.ts";
import type { JsonSchema } from "./schema/jsonSchema.ts";

/**
 * Of a Kubernetes LabelSelector.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
const LABEL_SELECTOR: JsonSchema = {
  type: "object",
  title: "LabelSelector",
  properties: {
    matchLabels: { type: "object", additionalProperties: { type: "string" } },
    matchExpressions: {
      type: "array",
      items: {
        type: "object",
        title: "LabelSelectorRequirement",
        properties: {
          key: { type: "string" },
          operator: { type: "string" },
          values: { type: "array", items: { type: "string" } },
        },
      },
    },
  },
};

/** What kro holds expressions in `metadata.selector` against; it looks no deeper into one that makes more than a text. */
export const SELECTED: JsonSchema = {
  type: "object",
  properties: {
    metadata: {
      type: "object",
      properties: {
        selector: {
          type: "object",
          additionalProperties: { "x-kubernetes-preserve-unknown-fields": true },
          properties: {
            matchLabels: { type: "object", additionalProperties: { type: "string" } },
            matchExpressions: { type: "array", items: { "x-kubernetes-preserve-unknown-fields": true } },
          },
        },
      },
    },
  },
};

/** What kro has against the metadata of an externalRef, by the field that it is about; undefined where nothing is wrong. */
export function externalRefProblem({
  name,
  selector,
}: Readonly<Record<string, unknown>>): readonly [path: string, problem: string] | undefined {
  const hasName = typeof name === "string" && name.trim() !== "";
  const hasSelector = selector !== undefined && selector !== null;
  if (hasName === hasSelector) return ["metadata", "needs a name or a selector, and not both"];
  return hasSelector ? selectorProblem(selector) : undefined;
}

const PATH = "metadata.selector";
const SHAPE = "must be a LabelSelector, or one expression that gives one";

function selectorProblem(selector: unknown): readonly [path: string, problem: string] | undefined {
  if (typeof selector === "string") return isStandaloneExpression(selector) ? undefined : [PATH, SHAPE];
  if (typeof selector !== "object" || Array.isArray(selector)) return [PATH, SHAPE];
  const [first] = templateProblems(selector, LABEL_SELECTOR);
  if (first) return [`${PATH}.${first.path}`, first.problem];
  // What an instance gives can't be looked at before.
  if (holdsExpression(selector)) return undefined;
  const { matchLabels = {}, matchExpressions = [] } = selector as LabelSelector;
  for (const [key, value] of Object.entries(matchLabels ?? {})) {
    const problem = keyProblem(key) ?? valueProblem(value);
    if (problem) return [`${PATH}.matchLabels`, problem];
  }
  for (const [i, requirement] of (matchExpressions ?? []).entries()) {
    const problem = requirementProblem(requirement);
    if (problem) return [`${PATH}.matchExpressions[${i}]`, problem];
  }
  return undefined;
}

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null;
  readonly matchExpressions?: readonly Requirement[] | null;
}

interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[] | null;
}

function holdsExpression(value: unknown): boolean {
  if (typeof value === "string") return extractExpressions(value).some(({ kind }) => kind === "expression");
  return value !== null && typeof value === "object" && Object.values(value).some(holdsExpression);
}

function requirementProblem({ key = "", operator = "", values }: Requirement): string | undefined {
  const count = values?.length ?? 0;
  switch (operator) {
    case "In":
    case "NotIn":
      if (count === 0) return `${operator} needs values`;
      break;
    case "Exists":
    case "DoesNotExist":
      if (count > 0) return `${operator} takes no values`;
      break;
    default:
      return `"${operator}" is no operator of a selector: In, NotIn, Exists, DoesNotExist`;
  }
  return keyProblem(key) ?? values?.map(valueProblem).find((problem) => problem !== undefined);
}

const NAME = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function keyProblem(key: string): string | undefined {
  const [name, prefix, ...others] = key.split("/").reverse() as [string, string?, ...string[]];
  const isLabel = NAME.test(name) && (prefix === undefined || SUBDOMAIN.test(prefix)) && others.length === 0;
  return isLabel ? undefined : `"${key}" can't be the key of a label`;
}

export const valueProblem = (value: string): string | undefined =>
  value === "" || NAME.test(value) ? undefined : `"${value}" can't be the value of a label`;
