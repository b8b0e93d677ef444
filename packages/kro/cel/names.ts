import type { ASTNode } from "@marcbachmann/cel-js";
import { type Check, type Evaluate, internals } from "./internals.ts";

/** A name that cel-js has no expression begin with, and CEL does. */
export const REFUSED = "prototype";

/** Names that cel-js keeps for types and namespaces, and that kro leaves free: a node may have one. */
const TAKEN = new Set(
  `bool bytes cel double google int list map null_type optional string type uint ${REFUSED}`.split(" "),
);

/** What a variable is registered as in cel-js, which lets nobody take its own names. */
export const variableName = (name: string): string => (TAKEN.has(name) ? `kro_${name}` : name);

const QUOTED = "__quoted_";

/** A name that cel-js can read, for a field that is quoted. */
export const quoted = (field: string): string => QUOTED + Buffer.from(field).toString("hex");

/** The field that a name stands for. */
export const unquoted = (name: string): string =>
  name.startsWith(QUOTED) ? Buffer.from(name.slice(QUOTED.length), "hex").toString() : name;

/** Lets a name stand for the variable of that name where there is one, and for the type where there is none. */
export function adaptName(node: Extract<ASTNode, { op: "id" }>): void {
  // It was parsed under its other name.
  if (node.args === variableName(REFUSED)) (node as { args: string }).args = REFUSED;
  const name = node.args;
  if (!TAKEN.has(name)) return;
  const { check, evaluate } = internals(node).meta;
  let constant: unknown;
  const ownCheck: Check = (checker, self, scope) => {
    constant = scope.getVariable(name)?.value;
    return scope.getVariable(variableName(name))?.type ?? check(checker, self, scope);
  };
  const ownEvaluate: Evaluate = (evaluator, self, scope) =>
    scope.getValue(name) ?? scope.getValue(variableName(name)) ?? constant ?? evaluate(evaluator, self, scope);
  internals(node).setMeta("check", ownCheck);
  internals(node).setMeta("evaluate", ownEvaluate);
}
