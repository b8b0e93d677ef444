import type { ASTNode } from "@marcbachmann/cel-js";
import type { Check, CheckedType, Checker, Overload, Overloads } from "./internals.ts";

/** What is in front of the dot of a call, and its arguments. */
export const operandsOf = ({ op, args }: ASTNode): readonly ASTNode[] =>
  op === "rcall" ? [args[1], ...args[2]] : op === "call" ? args[1] : [];

/**
 * The check of a call as cel-go has it, made from that of cel-js: arguments are looked at behind a value of any type too,
 * and null stands for what cel-go lets it stand for.
 *
 * @param registered - what a function is registered as. Default: its name.
 */
export function callCheck(check: Check, registered: (name: string) => string = (name) => name): Check {
  return (checker, node, scope) => {
    let overloads: Overloads | undefined;
    // Each operand is checked once: they may be calls themselves, to any depth.
    const known = new Map<ASTNode, CheckedType>();
    const around: Checker = {
      check(part, inner) {
        const type = known.get(part) ?? checker.check(part, inner);
        known.set(part, type);
        return type;
      },
      createError: (code, message, part) => checker.createError(code, message, part),
      formatTypeList: (types) => checker.formatTypeList(types),
      getType: (name) => checker.getType(name),
      objectTypes: checker.objectTypes,
      registry: {
        ...checker.registry,
        functionCandidates: (isMethod, name, count) => {
          overloads = checker.registry.functionCandidates(isMethod, registered(name), count);
          return overloads;
        },
      },
    };
    const typesOf = () => operandsOf(node).map((operand) => around.check(operand, scope));
    let type: CheckedType;
    try {
      type = check(around, node, scope);
    } catch (error) {
      const result = overloads && known.size === operandsOf(node).length && ofNull(checker, overloads, node, typesOf());
      if (!result) throw error;
      return result;
    }
    const types = typesOf();
    if (node.op === "rcall" && types[0]!.kind === "dyn" && !overloadOf(overloads!, node, types)) {
      const result = ofNull(checker, overloads!, node, types);
      if (result) return result;
      const call = `dyn.${node.args[0]}(${checker.formatTypeList(types.slice(1))})`;
      throw checker.createError("no_matching_overload", `found no matching overload for '${call}'`, node);
    }
    // cel-js takes the first overload that dyn fits, and any may be the one.
    const common = overloads!.returnType;
    if (types.some(isOpen) && [...overloads!].length > 1 && !common.hasPlaceholderType) return common;
    const signature = overloadOf(overloads!, node, types)?.signature;
    const declared = [...overloads!].find((overload) => overload.signature === signature);
    return declared?.returnType.hasPlaceholderType ? resultOf(checker, declared, types) : type;
  };
}

/** What an overload with a T makes of these types: T is the most general of those that are given in its place. */
function resultOf(checker: Checker, { receiverType, argTypes, returnType }: Overload, types: readonly CheckedType[]) {
  const bound = new Map<string, CheckedType>();
  const bind = (declared: CheckedType | undefined, given: CheckedType | undefined): void => {
    if (!declared || !given) return;
    if (declared.kind === "param") {
      const other = bound.get(declared.name);
      bound.set(declared.name, other ? (other.unify(checker.registry, given) ?? other) : given);
    } else if (declared.kind === given.kind) {
      bind(declared.keyType, given.keyType);
      bind(declared.valueType, given.valueType);
    }
  };
  const parameters = receiverType ? [receiverType, ...argTypes] : argTypes;
  for (const [at, declared] of parameters.entries()) bind(declared, types[at]);
  return returnType.templated(checker.registry, { get: (name) => bound.get(name) ?? checker.getType("dyn") });
}

/** It may be any type, or holds one that may. */
const isOpen = (type: CheckedType): boolean => type.hasDynType || type.hasPlaceholderType;

/** The overload of a call; of what is in front of a dot, any type will do where it is dyn. */
function overloadOf(overloads: Overloads, { op }: ASTNode, types: readonly CheckedType[]) {
  if (op !== "rcall") return overloads.findFunction(types, null);
  const [receiver, ...others] = types;
  return overloads.findFunction(others, receiver!.kind === "dyn" ? null : receiver!);
}

/**
 * Types that null may stand for, beside dyn.
 *
 * @see https://github.com/google/cel-go/blob/v0.31.0/checker/types.go (isLegacyNullable)
 */
const NULLABLE = [
  ...["google.protobuf.Timestamp", "google.protobuf.Duration", "kubernetes.Quantity", "kubernetes.URL"],
  ...["kubernetes.Semver", "net.IP", "net.CIDR", "kro.run.Runtime"],
];

/** What a call makes in which null stands for something else; undefined where none is null, or nothing takes it. */
function ofNull(checker: Checker, overloads: Overloads, node: ASTNode, types: readonly CheckedType[]) {
  const nulls = types.filter(({ name }) => name === "null").length;
  if (nulls === 0 || nulls > 2) return undefined;
  const all = NULLABLE.map((name) => checker.getType(name));
  const instead = (at: number): readonly (readonly CheckedType[])[] => {
    const rest = at < types.length - 1 ? instead(at + 1) : [[]];
    const here = types[at]!.name === "null" ? [types[at]!, ...all] : [types[at]!];
    return here.flatMap((one) => rest.map((others) => [one, ...others]));
  };
  for (const given of instead(0)) {
    const found = overloadOf(overloads, node, given);
    if (found) return found.returnType;
  }
  return undefined;
}
