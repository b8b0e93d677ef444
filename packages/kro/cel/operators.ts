import { type ASTNode, Optional } from "@marcbachmann/cel-js";
import { spendOn } from "./budget.ts";
import { type Check, type Evaluate, internals } from "./internals.ts";
import { toMap } from "./library/maps.ts";
import { OPERATOR_CHECKS } from "./operatorTypes.ts";
import { listSum } from "./unstructured.ts";
import { compareStrings, entriesOf, equal, equality, fail, inInt64 } from "./values.ts";

const MAX_INT = 9223372036854775807n;

/** Gives a node of an operator or a literal the meaning that it has in cel-go, where cel-js has another. */
export function adaptOperator(node: ASTNode): void {
  const { check, evaluate } = internals(node).meta;
  const setCheck = (hook: Check) => internals(node).setMeta("check", hook);
  const setEvaluate = (hook: Evaluate) => internals(node).setMeta("evaluate", hook);
  const ownCheck = OPERATOR_CHECKS[node.op];
  if (ownCheck) setCheck(ownCheck(check));
  switch (node.op) {
    case "==":
    case "!=": {
      const expected = node.op === "==";
      setEvaluate(
        binary((left, right) => {
          const found = equality(left, right);
          return expected ? (found ?? fail("no such overload")) : found !== true;
        }),
      );
      break;
    }
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const holds = ORDERS[node.op];
      setEvaluate(
        binary((left, right, otherwise) => {
          if (typeof left === "string" && typeof right === "string") return holds(compareStrings(left, right));
          if (left instanceof Uint8Array && right instanceof Uint8Array) return holds(Buffer.compare(left, right));
          if (left instanceof Uint8Array || right instanceof Uint8Array) fail("no such overload");
          return otherwise();
        }),
      );
      break;
    }
    case "in":
      setEvaluate(
        binary((item, collection, otherwise) => {
          if (Array.isArray(collection)) return collection.some((other) => equal(item, other));
          return collection instanceof Map ? entriesOf(collection).some(([key]) => equal(key, item)) : otherwise();
        }),
      );
      break;
    case "+":
      // Lists of different types are one of dyn.
      setEvaluate(
        binary((left, right, otherwise) =>
          Array.isArray(left) && Array.isArray(right) ? listSum(left, right) : otherwise(),
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
    spendOn(left);
    spendOn(right);
    return value(left, right, () => internals(node).handle(left, right, node, evaluator));
  };
}

/** Nothing is found in a list under a name: that is a mistake, and no missing element. */
const optionalAccess: Evaluate = (evaluator, node, scope) => {
  const [owner, keyNode] = node.args as [ASTNode, ASTNode | string];
  const value = evaluator.run(owner, scope);
  const key = typeof keyNode === "string" ? keyNode : evaluator.run(keyNode, scope);
  if (key === null) fail("invalid qualifier type: null");
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

/** Pairs that can be equal in cel-go, and have no operator in cel-js. */
/** An object or null, which has no common type in cel-js: the object's. */
/** A field that an object's type doesn't have is a mistake behind `.?` too; so is a key of another type. */
/** An empty list takes the type of the other one; with one of dyn, the sum is of dyn. */
/** Optionals compare as well. Numbers of two types don't where both are known: kro's CEL compares them only as dyn. */
