import type { ASTNode } from "@marcbachmann/cel-js";
import { unsupported } from "../unsupported.ts";
import { CelObject } from "../values.ts";
import { memberOverload, type Overload } from "./functions.ts";

const CONDITION = "kro.run.Condition";

/** kro's variable `runtime`, that conditions of an author's own are made with. */
export class Runtime extends CelObject {
  readonly celType: string = "kro.run.Runtime";

  equals(other: unknown): boolean {
    return other === this;
  }
}

/** A condition of an instance. Only kro makes one. */
export class Condition extends Runtime {
  override readonly celType = CONDITION;
}

/** Of a condition, all text. */
export const CONDITION_FIELDS = ["type", "status", "reason", "message"] as const;

/** Whether a type is that of a condition. */
export const isConditionType = (type: string): boolean => type === CONDITION;

/** @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/pkg/cel/library/runtime.go */
export const RUNTIME: readonly Overload[] = [
  memberOverload(`kro.run.Runtime.condition(dyn, string): ${CONDITION}`, () => {
    throw unsupported("the function runtime.condition()");
  }),
  memberOverload(`kro.run.Runtime.newCondition(map<string, string>): ${CONDITION}`, () => {
    throw unsupported("the function runtime.newCondition()");
  }),
];

/**
 * Whether a node is `runtime.newCondition(...)` with one argument: a macro, its keys bare names. Evaluated it is only in
 * the cluster.
 */
export const isNewCondition = (node: ASTNode): boolean =>
  node.op === "rcall" &&
  node.args[0] === "newCondition" &&
  node.args[1].op === "id" &&
  node.args[1].args === "runtime" &&
  node.args[2].length === 1;

/** What is wrong with the argument of `runtime.newCondition`: not with its values. */
export const conditionProblem = ({ op, args }: ASTNode): string | undefined =>
  op === "map" ? keyProblem(args) : "argument must be a map literal";

function keyProblem(entries: readonly (readonly [ASTNode, ASTNode])[]): string | undefined {
  const allowed: readonly string[] = CONDITION_FIELDS;
  const seen = new Set<string>();
  for (const [key] of entries) {
    if (key.op !== "id") {
      return `keys must be bare identifiers (${allowed.join(", ")}); quoted or computed keys are not allowed`;
    }
    if (!allowed.includes(key.args)) return `unknown key "${key.args}" (allowed: ${allowed.join(", ")})`;
    if (seen.has(key.args)) return `duplicate key "${key.args}"`;
    seen.add(key.args);
  }
  const missing = ["type", "status"].find((key) => !seen.has(key));
  return missing && `'${missing}' is required`;
}
