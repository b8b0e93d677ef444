import type { ASTNode } from "@marcbachmann/cel-js";
import type { Check, CheckedType } from "./internals.ts";

// Types of operators, where cel-js has another opinion than kro's CEL.

const NUMBERS = new Set(["int", "uint", "double"]);
const EQUALITY = new Set(["==", "!="]);

/** Types that cel-js has no equality for. */
function haveEquality(left: CheckedType, right: CheckedType): boolean {
  const isOurs = isNullable(left) || isNullable(right) || (left.kind === "list" && right.kind === "list");
  return isOurs && agree(left, right);
}

/**
 * Whether one may stand where the other is expected.
 *
 * @see https://github.com/google/cel-go/blob/v0.31.0/checker/types.go (internalIsAssignable)
 */
function agree(left: CheckedType, right: CheckedType): boolean {
  if (isAny(left) || isAny(right)) return true;
  if (left.name === "null") return right.name === "null" || isNullable(right);
  if (right.name === "null") return isNullable(left);
  if (left.kind !== right.kind) return false;
  if (left.kind === "map") return agree(left.keyType, right.keyType) && agree(left.valueType, right.valueType);
  return left.kind === "list" || left.kind === "optional"
    ? agree(left.valueType, right.valueType)
    : left.name === right.name;
}

const isNullable = ({ kind }: CheckedType): boolean => kind === "message" || kind === "optional";
const isAny = ({ kind }: CheckedType): boolean => kind === "dyn" || kind === "param";

function alternatives(check: Check): Check {
  return (checker, node, scope) => {
    try {
      return check(checker, node, scope);
    } catch (error) {
      const [, left, right] = (node.args as ASTNode[]).map((part) => checker.check(part, scope));
      if (left?.kind === "message" && right?.name === "null") return left;
      if (left?.name === "null" && right?.kind === "message") return right;
      throw error;
    }
  };
}

function access(check: Check): Check {
  return (checker, node, scope) => {
    const [owner, key] = node.args as [ASTNode, ASTNode | string];
    const ownerType = checker.check(owner, scope);
    const type = ownerType.kind === "optional" ? ownerType.valueType : ownerType;
    const fields = checker.objectTypes.get(type.name)?.fields;
    if (typeof key === "string" && fields && !Object.hasOwn(fields, key)) {
      throw checker.createError("no_such_key", `undefined field '${key}'`, node);
    }
    const keyType = typeof key === "string" ? undefined : checker.check(key, scope);
    if (keyType && checker.objectTypes.has(type.name)) {
      throw checker.createError("no_such_key", `found no matching overload for ${type.name}[${keyType.name}]`, node);
    }
    if (keyType && type.kind === "map" && type.keyType.name === "string" && !TEXT.has(keyType.name)) {
      throw checker.createError("no_such_key", `found no matching overload for ${type.name}[${keyType.name}]`, node);
    }
    return check(checker, node, scope);
  };
}

const TEXT = new Set(["string", "dyn"]);

const [TIME, SPAN] = ["google.protobuf.Timestamp", "google.protobuf.Duration"];

function addition(check: Check): Check {
  return (checker, node, scope) => {
    const type = check(checker, node, scope);
    const [left, right] = (node.args as [ASTNode, ASTNode]).map((operand) => checker.check(operand, scope)) as [
      CheckedType,
      CheckedType,
    ];
    if (type.name === TIME || type.name === SPAN) {
      if (left.name === TIME || right.name === TIME) return checker.getType(TIME);
      return left.kind === "dyn" || right.kind === "dyn" ? checker.getType("dyn") : type;
    }
    if (left.kind === "dyn" && right.kind === "list") return right;
    if (left.kind !== "list" || right.kind !== "list") return type;
    return left.unify(checker.registry, right) ?? left;
  };
}

function comparison(check: Check): Check {
  return (checker, node, scope) => {
    const [left, right] = (node.args as [ASTNode, ASTNode]).map((operand) => checker.check(operand, scope)) as [
      CheckedType,
      CheckedType,
    ];
    if (EQUALITY.has(node.op) && haveEquality(left, right)) return checker.getType("bool");
    if (left.name === "bytes" || right.name === "bytes") {
      const other = left.name === "bytes" ? right : left;
      if (other.name === "bytes" || other.kind === "dyn") return checker.getType("bool");
    }
    if (left !== right && NUMBERS.has(left.name) && NUMBERS.has(right.name)) {
      throw checker.createError("no_such_overload", `no such overload: ${left.name} ${node.op} ${right.name}`, node);
    }
    return check(checker, node, scope);
  };
}

/** The check of an operator's node, made from that of cel-js. */
export const OPERATOR_CHECKS: Readonly<Record<string, (check: Check) => Check>> = {
  "==": comparison,
  "!=": comparison,
  "<": comparison,
  "<=": comparison,
  ">": comparison,
  ">=": comparison,
  ".": access,
  ".?": access,
  "[]": access,
  "[?]": access,
  "+": addition,
  "?:": alternatives,
};
