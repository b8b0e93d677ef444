import { type ASTNode, Optional } from "@marcbachmann/cel-js";
import { spendOn } from "./budget.ts";
import { type Evaluate, internals, type Macro } from "./internals.ts";
import { FUNCTIONS } from "./library/all.ts";
import { OPTIONAL_TYPE } from "./library/optionals.ts";
import { isNewCondition } from "./library/runtime.ts";
import { macroOf } from "./macros.ts";
import { adaptName } from "./names.ts";
import { MESSAGE } from "./notation.ts";
import { adaptOperator } from "./operators.ts";
import { binderOf, functionName, namespacedFunction, subexpressionsOf } from "./syntax.ts";
import { unsupported } from "./unsupported.ts";
import { fail, typeName } from "./values.ts";

const OWN = new Set(FUNCTIONS.map(({ name }) => name));

/** Functions and macros of cel-js that are as kro has them. Its others kro doesn't know. */
const KEPT = new Set(
  (
    "all bind bytes cel.bind contains dyn endsWith exists exists_one filter getDate getDayOfMonth getDayOfWeek " +
    "getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth getSeconds has hasValue map optional.none " +
    "optional.of or orValue size startsWith type value"
  ).split(" "),
);

/**
 * Gives a parsed expression the meaning that it has in kro. What its types are is not asked here: see TypeCheck.
 *
 * @param also - is done with each node that was adapted
 */
export function adapt(node: ASTNode, also: (node: ASTNode) => void): void {
  // From the outside in: `-` has to see its operand first.
  if (node.op === "call" || node.op === "rcall") adaptCall(node);
  else if (node.op === "id") adaptName(node);
  else adaptOperator(node);
  also(node);
  for (const part of subexpressionsOf(node)) adapt(part.node, also);
}

function adaptCall(node: Extract<ASTNode, { op: "call" | "rcall" }>): void {
  const name = functionName(node) as string;
  const macro = macroOf(node);
  if (macro) setMacro(node, macro);
  else if (isNewCondition(node)) setMacro(node, NEW_CONDITION);
  else if (OWN.has(name)) setMacro(node, ownCall(name, node));
  else if (name === MESSAGE) setMacro(node, message(node));
  else if (!KEPT.has(name)) setMacro(node, undeclared(node, name));
  else if (binderOf(node)) countElements(node);
  else if (name === "type") adaptType(node);
}

/** cel-js has no type for optionals. */
function adaptType(node: ASTNode): void {
  const [operand] = (node as Extract<ASTNode, { op: "call" }>).args[1];
  internals(node).setMeta("evaluate", ((evaluator, _, scope) => {
    const value = evaluator.run(operand as ASTNode, scope);
    return value instanceof Optional ? OPTIONAL_TYPE : internals(node).handle([value], node, evaluator);
  }) satisfies Evaluate);
}

/** A macro of cel-js that goes over a collection. */
function countElements(node: ASTNode): void {
  const comprehension = internals(node).meta.alternate;
  if (!comprehension) return;
  const { iterable } = comprehension.args as unknown as { iterable: ASTNode };
  internals(comprehension).setMeta("evaluate", ((evaluator, _, scope) => {
    const collection = evaluator.run(iterable, scope);
    spendOn(collection);
    return internals(comprehension).handle(collection, comprehension.args, evaluator, scope);
  }) satisfies Evaluate);
}

function setMacro(node: ASTNode, macro: Macro): void {
  const { setMeta } = internals(node);
  setMeta.call(node, "alternate", undefined);
  setMeta.call(node, "macro", macro);
  setMeta.call(node, "async", false);
}

/**
 * A call of a function of ours. As in cel-go, an overload is found by what the values are, and not by what is in them,
 * which cel-js looks at too.
 */
function ownCall(name: string, node: Extract<ASTNode, { op: "call" | "rcall" }>): Macro {
  const receiver = node.op === "rcall" && !namespacedFunction(node) ? [node.args[1]] : [];
  const operands = [...receiver, ...(node.op === "call" ? node.args[1] : node.args[2])];
  const overloads = FUNCTIONS.filter(
    (overload) => overload.name === name && (overload.receiver ? 1 : 0) === receiver.length,
  ).map(({ receiver, parameters, call }) => ({ types: receiver ? [receiver, ...parameters] : parameters, call }));
  return {
    typeCheck: anyType(operands),
    evaluate(evaluator, _, scope) {
      const values = operands.map((operand) => evaluator.run(operand, scope));
      const overload = overloads.find(
        ({ types }) => types.length === values.length && types.every((type, at) => fits(values[at], type)),
      );
      if (!overload) return fail(`no such overload: ${name}(${values.map(typeName).join(", ")})`);
      for (const value of values) spendOn(value);
      return (overload.call as (...args: unknown[]) => unknown)(...values);
    },
  };
}

/** cel-js has to have looked at each part before it evaluates it. */
const anyType =
  (parts: readonly ASTNode[]): Macro["typeCheck"] =>
  (checker, _, scope) => {
    for (const part of parts) checker.check(part, scope);
    return checker.getType("dyn");
  };

function fits(value: unknown, type: string): boolean {
  const outer = type.replace(/<.*/, "");
  if (outer === "dyn" || outer.length === 1) return true;
  return typeName(value) === (outer === "optional" ? "optional_type" : outer);
}

/** Only kro makes one, in the cluster. */
const NEW_CONDITION: Macro = {
  typeCheck: (checker) => checker.getType("dyn"),
  evaluate() {
    throw unsupported("the function runtime.newCondition()");
  },
};

/** A function that is none of kro's: the API server may have it. */
function undeclared(node: ASTNode, name: string): Macro {
  return {
    typeCheck(checker) {
      throw checker.createError("no_matching_overload", `undeclared reference to '${name}'`, node);
    },
    evaluate: () => undefined,
  };
}

/** A message, as translateNotation writes it. Of those that kro knows, none is evaluated here. */
function message(node: Extract<ASTNode, { op: "call" | "rcall" }>): Macro {
  const [type, values] = (node as Extract<ASTNode, { op: "call" }>).args[1] as [ASTNode, ASTNode];
  return {
    typeCheck: anyType([values]),
    evaluate() {
      throw unsupported(`a message (${type.args})`);
    },
  };
}
