import { type ASTNode, Optional } from "@marcbachmann/cel-js";
import { toMap } from "./encoders.ts";
import { type CelType, type Check, type Evaluate, internals } from "./internals.ts";
import { compareStrings, entriesOf, equal, fail, inInt64 } from "./values.ts";

const NUMBERS = new Set(["int", "uint", "double"]);
const EQUALITY = new Set(["==", "!="]);
const COMPARISONS = new Set([...EQUALITY, "<", "<=", ">", ">="]);
const MAX_INT = 9223372036854775807n;

/** Gives a node of an operator or a literal the meaning that it has in cel-go, where cel-js has another. */
export function adaptOperator(node: ASTNode): void {
  const { check, evaluate } = internals(node).meta;
  const setCheck = (hook: Check) => internals(node).setMeta("check", hook);
  const setEvaluate = (hook: Evaluate) => internals(node).setMeta("evaluate", hook);
  if (COMPARISONS.has(node.op)) setCheck(comparison(check));
  switch (node.op) {
    case "==":
    case "!=": {
      const expected = node.op === "==";
      setEvaluate(binary((left, right) => equal(left, right) === expected));
      break;
    }
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const holds = ORDERS[node.op];
      setEvaluate(
        binary((left, right, otherwise) =>
          typeof left === "string" && typeof right === "string" ? holds(compareStrings(left, right)) : otherwise(),
        ),
      );
      break;
    }
    case "in":
      setEvaluate(
        binary((item, collection, otherwise) => {
          if (Array.isArray(collection)) return collection.some((other) => equal(other, item));
          return collection instanceof Map ? entriesOf(collection).some(([key]) => equal(key, item)) : otherwise();
        }),
      );
      break;
    case "+":
      // Lists of different types are one of dyn.
      setEvaluate(
        binary((left, right, otherwise) =>
          Array.isArray(left) && Array.isArray(right) ? [...left, ...right] : otherwise(),
        ),
      );
      break;
    case ".?":
    case "[?]":
      setEvaluate(optionalAccess);
      break;
    case "/":
      setEvaluate(checked(evaluate));
      break;
    case "-_":
      if (isLeastInt(node)) {
        setCheck((checker) => checker.getType("int"));
        setEvaluate(() => -MAX_INT - 1n);
      } else setEvaluate(checked(evaluate));
      break;
    case "map":
      setEvaluate((evaluator, literal, scope) =>
        toMap(
          (literal.args as [ASTNode, ASTNode][]).map(([key, value]) => [
            evaluator.run(key, scope),
            evaluator.run(value, scope),
          ]),
        ),
      );
      break;
    case "value":
      if (typeof node.args === "bigint" && node.args > MAX_INT) {
        setCheck((checker) => {
          throw checker.createError("invalid_integer", "invalid int literal", node);
        });
      }
  }
}

const ORDERS = {
  "<": (order: number) => order < 0,
  "<=": (order: number) => order <= 0,
  ">": (order: number) => order > 0,
  ">=": (order: number) => order >= 0,
} as const;

/** The evaluation of an operator from its operands' values; `otherwise` is that of cel-js. */
function binary(value: (left: unknown, right: unknown, otherwise: () => unknown) => unknown): Evaluate {
  return (evaluator, node, scope) => {
    const [leftNode, rightNode] = node.args as [ASTNode, ASTNode];
    const left = evaluator.run(leftNode, scope);
    const right = evaluator.run(rightNode, scope);
    return value(left, right, () => internals(node).handle(left, right, node, evaluator));
  };
}

/** Nothing is found in a list under a name: that is a mistake, and no missing element. */
const optionalAccess: Evaluate = (evaluator, node, scope) => {
  const [owner, keyNode] = node.args as [ASTNode, ASTNode | string];
  const value = evaluator.run(owner, scope);
  const key = typeof keyNode === "string" ? keyNode : evaluator.run(keyNode, scope);
  const list = value instanceof Optional && value.hasValue() ? value.value() : value;
  if (Array.isArray(list) && typeof key === "string") fail("unsupported index type 'string' in list");
  return internals(node).handle(value, key, node, evaluator);
};

/** The least int has no positive counterpart. */
function checked(evaluate: Evaluate): Evaluate {
  return (evaluator, node, scope) => {
    const value = evaluate(evaluator, node, scope);
    return typeof value === "bigint" ? inInt64(value) : value;
  };
}

/** Whether the node is `-9223372036854775808`, whose digits alone are none of an int. */
function isLeastInt(node: ASTNode): boolean {
  const operand = node.args as ASTNode;
  return operand.op === "value" && operand.args === MAX_INT + 1n;
}

/** Optionals compare as well. Numbers of two types don't where both are known: kro's CEL compares them only as dyn. */
function comparison(check: Check): Check {
  return (checker, node, scope) => {
    const [left, right] = (node.args as [ASTNode, ASTNode]).map((operand) => checker.check(operand, scope)) as [
      CelType,
      CelType,
    ];
    if (left.kind === "optional" && right.kind === "optional" && EQUALITY.has(node.op)) return checker.getType("bool");
    if (left !== right && NUMBERS.has(left.name) && NUMBERS.has(right.name)) {
      throw checker.createError("no_such_overload", `no such overload: ${left.name} ${node.op} ${right.name}`, node);
    }
    return check(checker, node, scope);
  };
}
