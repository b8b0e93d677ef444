import type { ASTNode } from "@marcbachmann/cel-js";
import { createEnvironment } from "../cel/environment.ts";
import type { Expression } from "../cel/expression.ts";
import { isNewCondition } from "../cel/library/runtime.ts";
import { subexpressionsOf } from "../cel/syntax.ts";
import { DefinitionError, from, type Report } from "../errors.ts";
import { unwrapExpression } from "./parser/parser.ts";

/** An expression that gives a condition of the author's own, or a list of them. */
export interface OwnCondition {
  /** Such as `status.conditions[0]`. */
  readonly path: string;
  readonly text: string;
  readonly expression: Expression;
}

/** Conditions that kro computes for every instance. */
const BUILT_IN = ["InstanceManaged", "GraphResolved", "ResourcesReady", "Ready"];
const STATUSES = ["True", "False", "Unknown"];

/**
 * The conditions of an author's own, parsed, with what kro has against their literals.
 *
 * @param texts - as written, one expression each.
 * @param ids - of the nodes.
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/pkg/graph/conditions.go
 */
export function buildConditions(
  texts: readonly string[],
  ids: ReadonlySet<string>,
  report: Report,
): readonly OwnCondition[] {
  const allowed = new Set([...ids, "schema", "runtime"]);
  const conditions = texts.flatMap((text, i): OwnCondition[] => {
    const path = `status.conditions[${i}]`;
    const expression = unwrapExpression(text, path, { node: "schema", allowed, report });
    return expression ? [{ path, text, expression }] : [];
  });
  const nodes = conditions.map(({ expression }) => nodesOf(parser().parse(expression.text).ast));
  const types = nodes.map((of) => new Set(of.flatMap((node) => literalOf(node, "type") ?? [])));
  for (const [i, { path, text }] of conditions.entries()) {
    const others = new Set(types.filter((_, at) => at < i).flatMap((of) => [...of]));
    const twice = [...types[i]!].find((type) => others.has(type));
    const declared = new Set(types.flatMap((of) => [...of]));
    const problem =
      twice === undefined
        ? first(nodes[i]!, (node) => literalProblem(node) ?? lookupProblem(node, declared))
        : `condition type "${twice}" is declared by more than one conditions entry`;
    if (problem) from("status", report)(new DefinitionError("schema", path, text, problem));
  }
  return conditions;
}

const parser = () => createEnvironment().clone({ unlistedVariablesAreDyn: true });

const nodesOf = (node: ASTNode): ASTNode[] => [node, ...subexpressionsOf(node).flatMap((part) => nodesOf(part.node))];

const textOf = (node: ASTNode | undefined): string | undefined =>
  node?.op === "value" && typeof node.args === "string" ? node.args : undefined;

/** A literal in `runtime.newCondition({type: ..., status: ...})`, by its key. */
function literalOf(node: ASTNode, key: string): string | undefined {
  if (!isNewCondition(node)) return undefined;
  const [argument] = (node.args as [string, ASTNode, [ASTNode]])[2];
  const entries = argument.op === "map" ? (argument.args as [ASTNode, ASTNode][]) : [];
  return textOf(entries.find(([name]) => name.op === "id" && name.args === key)?.[1]);
}

function literalProblem(node: ASTNode): string | undefined {
  const status = literalOf(node, "status");
  if (status !== undefined && !STATUSES.includes(status)) {
    return `runtime.newCondition: status must be one of ${STATUSES.join(", ")} (got "${status}")`;
  }
  return literalOf(node, "type") === "" ? "runtime.newCondition: type must not be empty" : undefined;
}

/** Of an instance, only kro's own conditions can be read. */
function lookupProblem(node: ASTNode, declared: ReadonlySet<string>): string | undefined {
  if (node.op !== "rcall" || node.args[0] !== "condition") return undefined;
  const [, receiver, [object, name]] = node.args;
  const type = textOf(name);
  const isRead = receiver.op === "id" && receiver.args === "runtime" && object?.op === "id" && object.args === "schema";
  if (!isRead || type === undefined || BUILT_IN.includes(type)) return undefined;
  return declared.has(type)
    ? `runtime.condition(schema, "${type}"): custom conditions cannot reference each other`
    : `runtime.condition(schema, "${type}"): unknown condition type; only kro's built-in types (${BUILT_IN.join(", ")}) can be read from schema`;
}

function first(nodes: readonly ASTNode[], problem: (node: ASTNode) => string | undefined): string | undefined {
  for (const node of nodes) {
    const found = problem(node);
    if (found) return found;
  }
  return undefined;
}
