import { type ASTNode, Optional } from "@marcbachmann/cel-js";
import { spendOn } from "./budget.ts";
import { type Evaluate, internals } from "./internals.ts";
import { toMap } from "./library/maps.ts";
import { listSum } from "./unstructured.ts";
import { compareStrings, contains, entriesOf, equal, equality, fail, inInt64, typeName } from "./values.ts";

const MAX_INT = 9223372036854775807n;

/** Gives a node of an operator or a literal the meaning that it has in cel-go, where cel-js has another. */
export function adaptOperator(node: ASTNode): void {
  const { evaluate } = internals(node).meta;
  const setEvaluate = (hook: Evaluate) => internals(node).setMeta("evaluate", hook);
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
          if (Array.isArray(collection)) return contains(collection, item);
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
      setEvaluate(isLeastInt(node) ? () => -MAX_INT - 1n : checked(evaluate));
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

/** What something can be asked for by. */
const QUALIFIERS = ["bool", "double", "int", "string", "uint"];
const UNLISTED = ["boolean", "string"];

/** Nothing is found in a list under a name: that is a mistake, and no missing element. */
const optionalAccess: Evaluate = (evaluator, node, scope) => {
  const [owner, keyNode] = node.args as [ASTNode, ASTNode | string];
  const value = evaluator.run(owner, scope);
  const key = typeof keyNode === "string" ? keyNode : evaluator.run(keyNode, scope);
  const isNone = value instanceof Optional && !value.hasValue();
  if (key === null || (!isNone && !QUALIFIERS.includes(typeName(key)))) {
    fail(`invalid qualifier type: ${typeName(key)}`);
  }
  const list = value instanceof Optional && value.hasValue() ? value.value() : value;
  if (Array.isArray(list) && UNLISTED.includes(typeof key)) fail(`unsupported index type '${typeName(key)}' in list`);
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
