import type { ASTNode } from "@marcbachmann/cel-js";
import type { CheckedType, Checker, Macro } from "../internals.ts";
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
];

/** Whether a node is `runtime.newCondition(...)` with one argument: a macro, its keys bare names. */
export const isNewCondition = (node: ASTNode): boolean =>
  node.op === "rcall" &&
  node.args[0] === "newCondition" &&
  node.args[1].op === "id" &&
  node.args[1].args === "runtime" &&
  node.args[2].length === 1;

/** The check of `runtime.newCondition({type: ..., status: ...})`; evaluated it is only in the cluster. */
export function newCondition(node: ASTNode): Macro {
  const [argument] = (node.args as [string, ASTNode, [ASTNode]])[2];
  return {
    typeCheck(checker, _, scope) {
      const problem = argument.op === "map" ? keyProblem(argument.args) : "argument must be a map literal";
      if (problem) throw checker.createError("invalid_macro_argument", `runtime.newCondition: ${problem}`, argument);
      const values = (argument.args as [ASTNode, ASTNode][]).map(([, value]) => checker.check(value, scope));
      checkValues(checker, values, node);
      return checker.getType(CONDITION);
    },
    evaluate() {
      throw unsupported("the function runtime.newCondition()");
    },
  };
}

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

/** kro takes a map of text: one of mixed types passes, and is refused where it is evaluated. */
function checkValues(checker: Checker, types: readonly CheckedType[], node: ASTNode): void {
  const [first] = types;
  const isMixed = types.some(({ name }) => name !== first?.name);
  if (!first || isMixed || first.name === "string" || first.kind === "dyn") return;
  const message = `found no matching overload for 'newCondition' applied to 'kro.run.Runtime.(map(string, ${first.name}))'`;
  throw checker.createError("no_matching_overload", message, node);
}
