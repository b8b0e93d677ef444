import { isProperties, type PropertyValue } from "../plugin/values.ts";
import { type JsonPath, parseJsonPath, select } from "./jsonPath.ts";
import { type KubernetesObject, nested, numberAt } from "./kubernetesObject.ts";
import type { Severity } from "./statusLog.ts";

/** Whether an object is as wanted, and what to tell the user meanwhile. */
export interface Verdict {
  readonly done: boolean;
  readonly severity?: Severity;
  readonly message?: string;
  /** Why the test makes no sense for this state; an error once time is up. */
  readonly problem?: string;
}

/** A test of an object's state. */
export type Condition = (object: KubernetesObject) => Verdict;

/**
 * Reads the annotation `pulumi.com/waitFor`: one expression, or a JSON array of expressions that must all hold.
 * `condition=Type` and `condition=Type=Status` test `status.conditions`; `jsonpath={.path}` and `jsonpath={.path}=value`
 * test any field. https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
export function parseWaitFor(annotation: string): Condition[] {
  const expressions = expressionsOf(annotation);
  if (expressions.length === 0) throw new Error("at least one condition must be specified");
  return expressions.map((expression) => {
    if (expression.startsWith("jsonpath=")) return jsonPathCondition(expression.slice("jsonpath=".length));
    if (expression.startsWith("condition=")) return statusCondition(expression.slice("condition=".length));
    throw new Error(`expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(expression)}`);
  });
}

function expressionsOf(annotation: string): string[] {
  try {
    const parsed: unknown = JSON.parse(annotation);
    if (Array.isArray(parsed) && parsed.every((item) => typeof item === "string")) return parsed;
  } catch {
    // Not JSON: a single expression.
  }
  return [annotation];
}

function statusCondition(expression: string): Condition {
  const [type = "", ...rest] = expression.split("=");
  const wanted = rest.length > 0 ? rest.join("=") : "True";
  return (object) => {
    const conditions = nested(object, "status", "conditions");
    if (conditions === undefined) return { done: false, severity: "warning", message: "Has no .status.conditions" };
    if (!Array.isArray(conditions)) {
      return { done: false, problem: `.status.conditions accessor error: ${goText(conditions)} is not a list` };
    }
    const condition = conditions
      .filter(isProperties)
      .find((candidate) => sameText(candidate.type, type) && typeof candidate.status === "string");
    if (!condition) return { done: false };
    const generation = numberAt(object, "metadata", "generation");
    const observed = numberAt(condition, "observedGeneration") ?? numberAt(object, "status", "observedGeneration");
    if (generation !== undefined && observed !== undefined && observed < generation) {
      return { done: false, severity: "info", message: `Generation ${observed} is less than expected ${generation}` };
    }
    if (sameText(condition.status, wanted)) return { done: true };
    const message = `Resource has condition ${type}=${condition.status} (want ${wanted})`;
    return { done: false, severity: "info", message };
  };
}

function sameText(a: unknown, b: string): boolean {
  return typeof a === "string" && a.toLowerCase() === b.toLowerCase();
}

function jsonPathCondition(expression: string): Condition {
  const { path, query, wanted } = parseJsonPathExpression(expression);
  const shown = wanted === "" ? path : `${path}=${wanted}`;
  return (object) => {
    const generation = numberAt(object, "metadata", "generation");
    const observed = numberAt(object, "status", "observedGeneration");
    if (generation !== undefined && observed !== undefined && observed < generation) return { done: false };

    const [value] = select(query, object);
    if (value === undefined) return { done: false, severity: "info", message: `${path} selected nothing` };
    if (Array.isArray(value) || isProperties(value)) {
      if (wanted === "") return { done: true, severity: "info", message: `Found ${shown}` };
      const problem = `${JSON.stringify(path)} has a non-primitive value (${goText(value)})`;
      return { done: false, severity: "info", message: `Waiting for ${shown}`, problem };
    }
    const found = goText(value);
    if (wanted === "" || found === wanted) return { done: true, severity: "info", message: `Found ${shown}` };
    const message = `Waiting for ${shown} (found ${JSON.stringify(found)})`;
    return { done: false, severity: "info", message: found === "" ? `Waiting for ${shown}` : message };
  };
}

function parseJsonPathExpression(expression: string): { path: string; query: JsonPath; wanted: string } {
  // Only a single "=" separates the path from the value; "==" belongs to a filter.
  const parts = expression.split(/(?<!=)=(?!=)/);
  const [path = "", wanted] = parts;
  if (parts.length > 2) {
    throw new Error(`format should be {.path}=value or {.path}, got ${JSON.stringify(expression)}`);
  }
  if (wanted === "") throw new Error(`${path}= requires a value`);
  if (path.startsWith("'") && path.endsWith("'")) throw new Error(`${path} should omit shell quotes`);
  const inner = /\{\s*(.*?)\s*\}/.exec(path)?.[1];
  if (inner === undefined) throw new Error(`${path} should be wrapped in brackets { ... }`);
  return { path, query: parseJsonPath(inner.startsWith("$") ? inner : `$${inner}`), wanted: wanted ?? "" };
}

/** A value as Go prints it, for messages that users compare with the official plugin's. */
function goText(value: PropertyValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isProperties(value)) return value === null || value === undefined ? "<nil>" : String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}:${goText(member)}`);
  return `map[${members.sort().join(" ")}]`;
}
