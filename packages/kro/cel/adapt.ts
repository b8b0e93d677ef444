import type { ASTNode } from "@marcbachmann/cel-js";
import { type Check, type CheckedType, type Evaluate, internals, type Macro, type Overloads } from "./internals.ts";
import { CONVERSIONS } from "./library/conversions.ts";
import { ENCODERS } from "./library/encoders.ts";
import { countClauses } from "./library/format.ts";
import { HASHES } from "./library/hash.ts";
import { JSON_FUNCTIONS } from "./library/json.ts";
import { LISTS } from "./library/lists.ts";
import { MAPS } from "./library/maps.ts";
import { OPTIONALS } from "./library/optionals.ts";
import { RANDOM } from "./library/random.ts";
import { STRINGS } from "./library/strings.ts";
import { macroOf } from "./macros.ts";
import { adaptName } from "./names.ts";
import { adaptOperator } from "./operators.ts";
import { binderOf, functionName, namespacedFunction, subexpressionsOf } from "./syntax.ts";
import { UnsupportedError, unsupportedFunction } from "./unsupported.ts";
import { fail, typeName } from "./values.ts";

export const FUNCTIONS = [
  ...[...CONVERSIONS, ...ENCODERS, ...HASHES, ...JSON_FUNCTIONS, ...LISTS],
  ...[...MAPS, ...OPTIONALS, ...RANDOM, ...STRINGS],
];

/** What our functions are registered as: cel-js has its own of the same names, and lets nobody replace them. */
export const ownName = (name: string) => `kro ${name}`;

const OWN = new Set(FUNCTIONS.map(({ name }) => name));

/** Functions and macros of cel-js that are as kro has them. Its others kro doesn't know. */
const KEPT = new Set(
  (
    "all bind bytes cel.bind contains duration dyn endsWith exists exists_one filter getDate getDayOfMonth getDayOfWeek " +
    "getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth getSeconds has hasValue map optional.none " +
    "optional.of or orValue size startsWith type value"
  ).split(" "),
);

/**
 * Gives a parsed expression the meaning that it has in kro.
 *
 * @param call how cel-js checks and evaluates the call of a function
 */
export function adapt(node: ASTNode, call: { name: string; check: Check; evaluate: Evaluate }): void {
  // From the outside in: `-` has to see its operand first.
  if (node.op === "call" || node.op === "rcall") adaptCall(node, call);
  else if (node.op === "id") adaptName(node);
  else adaptOperator(node);
  for (const part of subexpressionsOf(node)) adapt(part.node, call);
}

function adaptCall(
  node: Extract<ASTNode, { op: "call" | "rcall" }>,
  call: { name: string; check: Check; evaluate: Evaluate },
): void {
  const name = functionName(node) as string;
  const unsupported = unsupportedFunction(name, node);
  const macro = unsupported ? refusal(unsupported) : macroOf(node);
  if (node.op === "rcall" && (binderOf(node) || name === "merge")) adaptEmptyLiteral(node.args[1]);
  if (macro) {
    setMacro(node, macro);
  } else if (OWN.has(name)) {
    const isNamespaced = namespacedFunction(node) !== undefined;
    const target = isNamespaced ? internals(node).clone(call, [name, node.args[2]]) : node;
    if (isNamespaced) internals(node).setMeta("alternate", target);
    const check = ownCheck(internals(target).meta.check);
    internals(target).setMeta("evaluate", evaluation(name, node.op === "rcall" && !isNamespaced));
    internals(target).setMeta("check", name === "format" ? formatCheck(check) : check);
  } else if (!KEPT.has(name)) {
    setMacro(node, undeclared(node, name));
  }
}

/** An empty literal that a macro goes over, or that is merged: of dyn. cel-js has no operators for its unknown type. */
function adaptEmptyLiteral(node: ASTNode): void {
  if ((node.op !== "list" && node.op !== "map") || node.args.length > 0) return;
  const setDyn: Check = (checker) => checker.getType(node.op);
  internals(node).setMeta("check", setDyn);
}

function setMacro(node: ASTNode, macro: Macro): void {
  const { setMeta } = internals(node);
  setMeta.call(node, "alternate", undefined);
  setMeta.call(node, "macro", macro);
  setMeta.call(node, "async", false);
}

/**
 * The evaluation of a call of ours. As in cel-go, an overload is found by what the values are, and not by what is in
 * them, which cel-js looks at too.
 */
function evaluation(name: string, isMethod: boolean): Evaluate {
  const overloads = FUNCTIONS.filter((overload) => overload.name === name && !!overload.receiver === isMethod).map(
    ({ receiver, parameters, call }) => ({ types: receiver ? [receiver, ...parameters] : parameters, call }),
  );
  return (evaluator, node, scope) => {
    const values = operandsOf(node).map((operand) => evaluator.run(operand, scope));
    const overload = overloads.find(
      ({ types }) => types.length === values.length && types.every((type, at) => fits(values[at], type)),
    );
    if (!overload) return fail(`no such overload: ${name}(${values.map(typeName).join(", ")})`);
    return (overload.call as (...args: unknown[]) => unknown)(...values);
  };
}

function fits(value: unknown, type: string): boolean {
  const outer = type.replace(/<.*/, "");
  if (outer === "dyn" || outer.length === 1) return true;
  return typeName(value) === (outer === "optional" ? "optional_type" : outer);
}

/** The check of a call that finds our functions by their name in an expression. */
function ownCheck(check: Check): Check {
  return (checker, node, scope) => {
    let overloads: Overloads | undefined;
    const type = check(
      {
        check: (part, inner) => checker.check(part, inner),
        createError: (code, message, part) => checker.createError(code, message, part),
        formatTypeList: (types) => checker.formatTypeList(types),
        getType: (name) => checker.getType(name),
        objectTypes: checker.objectTypes,
        registry: {
          ...checker.registry,
          functionCandidates: (isMethod, name, count) => {
            overloads = checker.registry.functionCandidates(isMethod, ownName(name), count);
            return overloads;
          },
        },
      },
      node,
      scope,
    );
    // cel-js takes the first overload that dyn fits, and any may be the one.
    const hasDyn = operandsOf(node).some((operand) => isOpen(internals(operand).checkedType));
    const common = overloads!.returnType;
    return hasDyn && [...overloads!].length > 1 && !common.hasPlaceholderType ? common : type;
  };
}

/** It may be any type, or holds one that may. */
const isOpen = (type: CheckedType | undefined): boolean => !!type && (type.hasDynType || type.hasPlaceholderType);

const operandsOf = ({ op, args }: ASTNode): readonly ASTNode[] =>
  op === "rcall" ? [args[1], ...args[2]] : op === "call" ? args[1] : [];

/** Counts the values of a format where both are literals, as kro does. */
function formatCheck(check: Check): Check {
  return (checker, node, scope) => {
    const [, format, [values]] = node.args as [string, ASTNode, ASTNode[]];
    if (format.op === "value" && typeof format.args === "string" && values?.op === "list") {
      const [expected, got] = [countClauses(format.args), values.args.length];
      if (expected !== got) {
        const message = `wrong number of arguments supplied to string.format (expected ${expected}, got ${got})`;
        throw checker.createError("no_matching_overload", message, node);
      }
    }
    return check(checker, node, scope);
  };
}

function refusal(what: string): Macro {
  const refuse = () => {
    throw new UnsupportedError(what);
  };
  return { typeCheck: refuse, evaluate: refuse };
}

function undeclared(node: ASTNode, name: string): Macro {
  const message = `undeclared reference to '${name}'`;
  return {
    typeCheck(checker, _, scope) {
      // What is wrong in front of the dot comes first.
      if (node.op === "rcall") checker.check(node.args[1], scope);
      throw checker.createError("no_matching_overload", message, node);
    },
    evaluate() {
      throw new Error(message);
    },
  };
}
