import type { ASTNode } from "@marcbachmann/cel-js";
import type { Checker, Scope } from "../internals.ts";
import { formatProblem } from "../library/format.ts";
import { MESSAGE, PRESENT_ELEMENTS, PRESENT_ENTRIES } from "../notation.ts";
import { functionName, namespacedFunction } from "../syntax.ts";
import { typeName } from "../values.ts";
import { declarationsOf, instantiate } from "./declarations.ts";
import { macroOf } from "./macros.ts";
import { type Bound, typeOfName } from "./names.ts";
import { mostGeneral, Substitution } from "./substitution.ts";
import {
  BOOL,
  DYN,
  INT,
  isAny,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  param,
  parseType,
  type Type,
  unwrapped,
} from "./type.ts";

/**
 * The check of an expression's types as cel-go does it: what is not known of a type is found where it is used.
 *
 * @see https://github.com/google/cel-go/blob/v0.31.0/checker/checker.go
 */
export class TypeCheck {
  readonly #substitution = new Substitution();
  readonly #types = new Map<ASTNode, Type>();
  readonly #around: Checker;
  readonly #variables: Scope;
  #parameters = 0;

  /**
   * @param around - knows the types with fields, and makes the errors.
   * @param variables - those that no macro binds.
   */
  constructor(around: Checker, variables: Scope) {
    this.#around = around;
    this.#variables = variables;
  }

  /** @throws TypeError of cel-js */
  resultOf(node: ASTNode): Type {
    return this.#substitution.applied(this.check(node, new Map()), DYN);
  }

  /** The type of a part of the expression, as far as it is known yet. */
  check(node: ASTNode, bound: Bound): Type {
    const type = this.#typeOf(node, bound);
    this.#types.set(node, type);
    return type;
  }

  #typeOf(node: ASTNode, bound: Bound): Type {
    switch (node.op) {
      case "value":
        return this.#literal(node);
      case "id":
        return (
          typeOfName(node, bound, this.#variables) ??
          this.fail("unknown_variable", `undeclared reference to '${node.args}'`, node)
        );
      case ".":
      case ".?":
        return typeOfName(node, bound, this.#variables) ?? this.select(node, bound);
      case "list":
        return listOf(this.join(node.args.map((element) => this.check(element, bound))));
      case "map":
        return this.#map(node.args, bound, (value) => this.check(value, bound));
      case "call":
      case "rcall":
        return macroOf(node)?.(this, bound) ?? this.#call(node, bound);
      case "-_":
        // The digits of the least int alone are none of an int.
        return node.args.op === "value" && node.args.args === 2n ** 63n
          ? INT
          : this.resolve("-_", [this.check(node.args, bound)], node);
      case "!_":
        return this.resolve("!_", [this.check(node.args, bound)], node);
      case "&&":
      case "||":
        for (const [at, type] of this.#all(node.args, bound).entries()) this.expect(type, BOOL, node.args[at]!);
        return BOOL;
      default:
        return this.resolve(functionOf(node.op), this.#all(node.args as readonly ASTNode[], bound), node);
    }
  }

  /** A parameter that nothing is known of. */
  fresh(): Type {
    return param(`_var${this.#parameters++}`);
  }

  /** What is known of a type now. */
  known(type: Type): Type {
    return this.#substitution.applied(type);
  }

  /** What a call of a function makes, or of an operator, given these types: first, what is in front of the dot. */
  resolve(name: string, given: readonly Type[], node: ASTNode, isMember = false): Type {
    let result: Type | undefined;
    for (const declared of declarationsOf(name)) {
      if (declared.isMember !== isMember || declared.parameters.length !== given.length) continue;
      const { parameters, result: makes } = instantiate(declared, () => this.fresh());
      if (!this.#substitution.assign(given, parameters)) continue;
      const type = this.known(makes);
      if (!result) result = type;
      else if (result.text !== type.text) result = DYN;
    }
    if (result) return result;
    const texts = given.map((type) => this.#substitution.applied(type, DYN).text);
    const signature = isMember ? `${texts[0]}.(${texts.slice(1).join(", ")})` : `(${texts.join(", ")})`;
    const code = node.op === "call" || node.op === "rcall" ? "no_matching_overload" : "no_such_overload";
    return this.fail(code, `found no matching overload for '${name}' applied to '${signature}'`, node);
  }

  /** Holds a type against the one that is expected. */
  expect(type: Type, expected: Type, node: ASTNode): void {
    if (this.#substitution.assign([expected], [type])) return;
    this.fail("type_mismatch", `expected type '${expected.text}' but found '${type.text}'`, node);
  }

  /** The most general of the types of a literal's parts. */
  join(types: readonly Type[]): Type {
    let joined: Type | undefined;
    for (const type of types) {
      if (!joined) joined = type;
      else joined = this.#substitution.assign([joined], [type]) ? mostGeneral(joined, type) : DYN;
    }
    return joined ?? this.fresh();
  }

  /** The types of a comprehension's variables: of one the elements or keys, of two the indexes or keys and the values. */
  elements(range: Type, count: number, node: ASTNode): Type[] {
    const type = this.known(range);
    if (type.kind === "list") return count === 1 ? [...type.of] : [INT, type.of[0]!];
    if (type.kind === "map") return type.of.slice(0, count);
    if (!isAny(type) && type.kind !== "param") {
      const problem = "cannot be range of a comprehension (must be list, map, or dynamic)";
      this.fail("invalid_comprehension_range", `expression of type '${type.text}' ${problem}`, node);
    }
    this.#substitution.assign([DYN], [type]);
    return Array.from({ length: count }, () => DYN);
  }

  /** The type of a field; an optional where that is asked for, or where it is one of an optional. */
  select(node: Extract<ASTNode, { op: "." | ".?" }>, bound: Bound): Type {
    const [owner, name] = node.args;
    const type = this.known(this.check(owner, bound));
    const field = this.#field(unwrapped(type), name, node);
    return this.known(node.op === ".?" || type.kind === "optional" ? optionalOf(field) : field);
  }

  fail(code: string, message: string, node: ASTNode): never {
    throw this.#around.createError(code, message, node);
  }

  #all(nodes: readonly ASTNode[], bound: Bound): Type[] {
    return nodes.map((node) => this.check(node, bound));
  }

  #literal(node: Extract<ASTNode, { op: "value" }>): Type {
    if (typeof node.args === "bigint" && BigInt.asIntN(64, node.args) !== node.args) {
      this.fail("invalid_integer", "invalid int literal", node);
    }
    return node.args === null ? NULL : parseType(typeName(node.args));
  }

  #field(owner: Type, name: string, node: ASTNode): Type {
    const fields = this.#around.objectTypes.get(owner.text);
    switch (owner.kind) {
      case "map":
        return owner.of[1]!;
      case "param":
        this.#substitution.assign([DYN], [owner]);
        return DYN;
      case "dyn":
        return DYN;
      case "object":
        if (!fields) break;
        // Of an object that takes any fields, none are known.
        if (!fields.fields) return DYN;
        if (Object.hasOwn(fields.fields, name)) return parseType(fields.fields[name]!.name);
        return this.fail("no_such_key", `undefined field '${name}'`, node);
    }
    return this.fail("no_such_key", `type '${owner.text}' does not support field selection`, node);
  }

  #map(entries: readonly (readonly [ASTNode, ASTNode])[], bound: Bound, check: (value: ASTNode) => Type): Type {
    const types = entries.map(([key, value]) => [this.check(key, bound), check(value)] as const);
    return mapOf(this.join(types.map(([key]) => key)), this.join(types.map(([, value]) => value)));
  }

  #call(node: Extract<ASTNode, { op: "call" | "rcall" }>, bound: Bound): Type {
    const name = functionName(node) as string;
    const isMember = node.op === "rcall" && !namespacedFunction(node);
    const args = node.op === "call" ? node.args[1] : node.args[2];
    if (name === MESSAGE) return this.#message(node, args as [ASTNode, ASTNode], bound);
    const present = (value: ASTNode) => this.#present(value, bound);
    const [literal] = args;
    if (name === PRESENT_ELEMENTS && literal?.op === "list") return listOf(this.join(literal.args.map(present)));
    if (name === PRESENT_ENTRIES && literal?.op === "map") return this.#map(literal.args, bound, present);
    const types = this.#all(args, bound);
    if (isMember) types.unshift(this.check(node.args[1] as ASTNode, bound));
    if (declarationsOf(name).length === 0) {
      this.fail("no_matching_overload", `undeclared reference to '${name}'`, node);
    }
    const result = this.resolve(name, types, node, isMember);
    if (name === "format" && isMember) this.#checkFormat(node.args[1] as ASTNode, args[0]!);
    return result;
  }

  /** Of an optional element or entry, what is in it: the others have been put into one. */
  #present(node: ASTNode, bound: Bound): Type {
    const type = this.check(node, bound);
    if (type.kind === "optional") return type.of[0]!;
    if (isAny(type)) return type;
    return this.fail("type_mismatch", `expected type '${optionalOf(type).text}' but found '${type.text}'`, node);
  }

  /** Of those messages that kro knows, none is evaluated here. */
  #message(node: ASTNode, [type, values]: readonly [ASTNode, ASTNode], bound: Bound): Type {
    if (!/^google\.protobuf\.[A-Z]/.test(String(type.args))) {
      this.fail("no_matching_overload", `undeclared reference to '${type.args}'`, node);
    }
    this.check(values, bound);
    return DYN;
  }

  /** Holds the values of a format against it where both are literals. */
  #checkFormat(format: ASTNode, values: ASTNode): void {
    if (format.op !== "value" || typeof format.args !== "string" || values.op !== "list") return;
    const types = values.args.map((value) => this.known(this.#types.get(value)!));
    const found = formatProblem(format.args, types);
    if (found) this.fail("no_matching_overload", found.problem, values.args[found.at] ?? values);
  }
}

const functionOf = (operator: string): string =>
  ({ "?:": "_?_:_", "[]": "_[_]", "[?]": "_[?_]", in: "@in" })[operator] ?? `_${operator}_`;
