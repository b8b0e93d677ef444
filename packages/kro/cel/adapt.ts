import type { ASTNode } from "@marcbachmann/cel-js";
import { spendOn } from "./budget.ts";
import { callCheck, operandsOf } from "./calls.ts";
import { type Check, type Evaluate, internals, type Macro } from "./internals.ts";
import { CIDRS } from "./library/cidr.ts";
import { CONVERSIONS } from "./library/conversions.ts";
import { ENCODERS } from "./library/encoders.ts";
import { TAKEN, verbsOf } from "./library/format.ts";
import { HASHES } from "./library/hash.ts";
import { IPS } from "./library/ip.ts";
import { JSON_FUNCTIONS } from "./library/json.ts";
import { LISTS } from "./library/lists.ts";
import { MAPS } from "./library/maps.ts";
import { OPTIONALS } from "./library/optionals.ts";
import { QUANTITIES } from "./library/quantity.ts";
import { RANDOM } from "./library/random.ts";
import { isNewCondition, newCondition, RUNTIME } from "./library/runtime.ts";
import { SEMVERS } from "./library/semver.ts";
import { STRINGS } from "./library/strings.ts";
import { URLS } from "./library/url.ts";
import { macroOf } from "./macros.ts";
import { adaptName } from "./names.ts";
import { MESSAGE } from "./notation.ts";
import { adaptOperator } from "./operators.ts";
import { binderOf, functionName, namespacedFunction, subexpressionsOf } from "./syntax.ts";
import { unsupported } from "./unsupported.ts";
import { fail, typeName } from "./values.ts";

export const FUNCTIONS = [
  ...[...CONVERSIONS, ...ENCODERS, ...HASHES, ...JSON_FUNCTIONS, ...LISTS],
  ...[...MAPS, ...OPTIONALS, ...RANDOM, ...STRINGS],
  ...[...QUANTITIES, ...URLS, ...IPS, ...CIDRS, ...SEMVERS, ...RUNTIME],
];

/** What our functions are registered as: cel-js has its own of the same names, and lets nobody replace them. */
export const ownName = (name: string) => `kro ${name}`;

const OWN = new Set(FUNCTIONS.map(({ name }) => name));

/** Functions and macros of cel-js that are as kro has them. Its others kro doesn't know. */
const KEPT = new Set(
  (
    "all bind bytes cel.bind contains dyn endsWith exists exists_one filter getDate getDayOfMonth getDayOfWeek " +
    "getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth getSeconds has hasValue map optional.none " +
    "optional.of or orValue size startsWith type value"
  ).split(" "),
);

/** Those of them that are called on a value, and are no macros. */
const METHODS = new Set(
  [...KEPT].filter((name) => /^(contains|endsWith|get[A-Z]\w*|hasValue|startsWith|value)$/.test(name)),
);

/**
 * Gives a parsed expression the meaning that it has in kro.
 *
 * @param call - how cel-js checks and evaluates the call of a function
 * @param also - is done with each node that was adapted
 */
export function adapt(
  node: ASTNode,
  call: { name: string; check: Check; evaluate: Evaluate },
  also?: (node: ASTNode) => void,
): void {
  // From the outside in: `-` has to see its operand first.
  if (node.op === "call" || node.op === "rcall") adaptCall(node, call);
  else if (node.op === "id") adaptName(node);
  else adaptOperator(node);
  also?.(node);
  for (const part of subexpressionsOf(node)) adapt(part.node, call, also);
}

function adaptCall(
  node: Extract<ASTNode, { op: "call" | "rcall" }>,
  call: { name: string; check: Check; evaluate: Evaluate },
): void {
  const name = functionName(node) as string;
  const macro = isNewCondition(node) ? newCondition(node) : macroOf(node);
  if (node.op === "rcall" && (binderOf(node) || name === "merge")) adaptEmptyLiteral(node.args[1]);
  if (macro) {
    setMacro(node, macro);
  } else if (OWN.has(name)) {
    const isNamespaced = namespacedFunction(node) !== undefined;
    const target = isNamespaced ? internals(node).clone(call, [name, node.args[2]]) : node;
    if (isNamespaced) internals(node).setMeta("alternate", target);
    const check = callCheck(internals(target).meta.check, ownName);
    internals(target).setMeta("evaluate", evaluation(name, node.op === "rcall" && !isNamespaced));
    internals(target).setMeta("check", name === "format" ? formatCheck(check) : check);
  } else if (name === MESSAGE) {
    setMacro(node, message(node));
  } else if (!KEPT.has(name)) {
    setMacro(node, undeclared(node, name));
  } else if (binderOf(node)) {
    countElements(node);
  } else if (node.op === "rcall" && METHODS.has(name)) {
    internals(node).setMeta("check", callCheck(internals(node).meta.check));
  }
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
    for (const value of values) spendOn(value);
    return (overload.call as (...args: unknown[]) => unknown)(...values);
  };
}

function fits(value: unknown, type: string): boolean {
  const outer = type.replace(/<.*/, "");
  if (outer === "dyn" || outer.length === 1) return true;
  return typeName(value) === (outer === "optional" ? "optional_type" : outer);
}

/** Holds the values of a format against it where both are literals, as kro does. */
function formatCheck(check: Check): Check {
  return (checker, node, scope) => {
    const [, format, [values]] = node.args as [string, ASTNode, ASTNode[]];
    const type = check(checker, node, scope);
    if (format.op !== "value" || typeof format.args !== "string" || values?.op !== "list") return type;
    const verbs = verbsOf(format.args);
    if (verbs.length !== values.args.length) {
      const counts = `(expected ${verbs.length}, got ${values.args.length})`;
      const message = `wrong number of arguments supplied to string.format ${counts}`;
      throw checker.createError("no_matching_overload", message, node);
    }
    for (const [at, value] of values.args.entries()) {
      const { kind, name } = checker.check(value, scope);
      const taken = TAKEN[verbs[at] as string];
      if (kind === "dyn" || kind === "param" || !taken || taken.includes(name) || taken.includes(kind)) continue;
      throw checker.createError("no_matching_overload", `%${verbs[at]} of a format was given ${name}`, value);
    }
    return type;
  };
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

/** A message, as translateNotation writes it. Of those that kro knows, none is evaluated here. */
function message(node: Extract<ASTNode, { op: "call" | "rcall" }>): Macro {
  const [type, values] = (node as Extract<ASTNode, { op: "call" }>).args[1] as [ASTNode, ASTNode];
  return {
    typeCheck(checker, _, scope) {
      if (!/^google\.protobuf\.[A-Z]/.test(String(type.args))) {
        throw checker.createError("no_matching_overload", `undeclared reference to '${type.args}'`, node);
      }
      checker.check(values, scope);
      return checker.getType("dyn");
    },
    evaluate() {
      throw unsupported(`a message (${type.args})`);
    },
  };
}
