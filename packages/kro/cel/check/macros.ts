import type { ASTNode } from "@marcbachmann/cel-js";
import { conditionProblem, isNewCondition } from "../library/runtime.ts";
import { binderOf } from "../syntax.ts";
import type { TypeCheck } from "./checker.ts";
import type { Bound } from "./names.ts";
import { BOOL, INT, listOf, mapOf, parseType, STRING, type Type } from "./type.ts";

type Call = Extract<ASTNode, { op: "call" | "rcall" }>;

/** What cel-go checks of a macro: of what it stands for, without the nodes that no error can name. */
type Macro = (checking: TypeCheck, bound: Bound) => Type;

/** What a macro over a collection adds up, and how. */
interface Comprehension {
  /** The type of what is made, before the first step. */
  start(checking: TypeCheck): Type;
  /** Checks the arguments behind the names, and says what one step makes. */
  step(types: Parts, made: Type): Type;
  /** Default: what is made. */
  readonly result?: Type;
}

/** What a step is checked with. */
interface Parts {
  readonly checking: TypeCheck;
  readonly node: ASTNode;
  /** The types of the macro's variables. */
  readonly variables: readonly Type[];
  /** How many arguments there are behind the names. */
  readonly count: number;
  /** Checks the argument at this place behind the names. */
  check(at: number): Type;
}

const quantifier: Comprehension = {
  start: () => BOOL,
  step({ checking, node, check }) {
    checking.expect(check(0), BOOL, node);
    return BOOL;
  },
};

const existsOne: Comprehension = {
  start: () => INT,
  step: ({ checking, node, check }) => checking.resolve("_?_:_", [check(0), INT, INT], node),
  result: BOOL,
};

/** One that keeps a list or a map as it is where there is a filter, and that doesn't hold. */
const filtered = (
  start: Comprehension["start"],
  add: (parts: Parts, made: Type, body: () => Type) => Type,
): Comprehension => ({
  start,
  step(parts, made) {
    const { checking, node, count, check } = parts;
    if (count === 1) return add(parts, made, () => check(0));
    const filter = check(0);
    return checking.resolve("_?_:_", [filter, add(parts, made, () => check(1)), made], node);
  },
});

const empty = {
  list: (checking: TypeCheck) => listOf(checking.fresh()),
  map: (checking: TypeCheck) => mapOf(checking.fresh(), checking.fresh()),
};

const toList = filtered(empty.list, ({ checking, node }, made, body) =>
  checking.resolve("_+_", [made, listOf(body())], node),
);

const filter: Comprehension = {
  start: empty.list,
  step({ checking, node, variables, check }, made) {
    const isKept = check(0);
    const kept = checking.resolve("_+_", [made, listOf(variables[0]!)], node);
    return checking.resolve("_?_:_", [isKept, kept, made], node);
  },
};

/** By name; those of one variable and of two are the same but for that. */
const COMPREHENSIONS: Readonly<Record<string, Comprehension>> = {
  ...{ all: quantifier, exists: quantifier, exists_one: existsOne, existsOne },
  ...{ map: toList, filter, transformList: toList },
  transformMap: filtered(empty.map, ({ checking, node, variables }, made, body) =>
    checking.resolve("cel.@mapInsert", [made, variables[0]!, body()], node),
  ),
  transformMapEntry: filtered(empty.map, ({ checking, node }, made, body) =>
    checking.resolve("cel.@mapInsert", [made, body()], node),
  ),
};

/** The check of a macro; undefined for a call of a function. */
export function macroOf(node: Call): Macro | undefined {
  if (node.op === "call") return node.args[0] === "has" && node.args[1].length === 1 ? has(node) : undefined;
  if (isNewCondition(node)) return newCondition(node);
  const binder = binderOf(node);
  if (!binder) return undefined;
  const [name, target, args] = node.args;
  const comprehension = COMPREHENSIONS[name];
  if (comprehension) return overCollection(node, comprehension, binder.names.length);
  const [variable, body] = [args[0], args.at(-1)] as [ASTNode, ASTNode];
  if (name === "bind") {
    return (checking, bound) =>
      checking.check(body, withOne(checking, bound, variable, checking.check(args[1]!, bound)));
  }
  return name === "sortBy" ? sortBy(node) : overOptional(node, target, variable, body);
}

function has(node: Call): Macro {
  const [field] = node.args[1] as ASTNode[];
  return (checking, bound) => {
    if (field!.op !== ".") checking.fail("invalid_macro_argument", "invalid argument to has() macro", node);
    checking.select(field as Extract<ASTNode, { op: "." }>, bound);
    return BOOL;
  };
}

function overCollection(node: Call, { start, step, result }: Comprehension, names: number): Macro {
  const [, target, args] = node.args as [string, ASTNode, ASTNode[]];
  return (checking, bound) => {
    const range = checking.check(target, bound);
    const made = start(checking);
    const variables = checking.elements(range, names, target);
    const inner = new Map(bound);
    for (const [at, type] of variables.entries()) {
      const name = nameOf(checking, args[at]!);
      if (at > 0 && name === nameOf(checking, args[0]!)) {
        checking.fail("invalid_macro_argument", `duplicate variable name: ${name}`, args[at]!);
      }
      inner.set(name, type);
    }
    const bodies = args.slice(names);
    const check = (at: number) => checking.check(bodies[at]!, inner);
    const next = step({ checking, node: bodies[0]!, variables, count: bodies.length, check }, made);
    checking.expect(next, made, node);
    return result ?? checking.known(made);
  };
}

const SORTABLE = new Set<ASTNode["op"]>(["value", "map"]);

function sortBy(node: Call): Macro {
  const [, target, args] = node.args as [string, ASTNode, [ASTNode, ASTNode]];
  return (checking, bound) => {
    if (SORTABLE.has(target.op)) {
      const problem = "can only be applied to a list, identifier, comprehension, call or select expression";
      checking.fail("invalid_macro_argument", `sortBy ${problem}`, target);
    }
    const input = checking.check(target, bound);
    const made = empty.list(checking);
    const inner = withOne(checking, bound, args[0], checking.elements(input, 1, target)[0]!);
    const keys = checking.resolve("_+_", [made, listOf(checking.check(args[1], inner))], node);
    checking.expect(keys, made, node);
    return checking.resolve("@sortByAssociatedKeys", [input, checking.known(made)], node, true);
  };
}

function overOptional(node: Call, target: ASTNode, variable: ASTNode, body: ASTNode): Macro {
  return (checking, bound) => {
    const optional = checking.check(target, bound);
    checking.resolve("hasValue", [optional], node, true);
    const value = checking.resolve("value", [optional], node, true);
    const made = checking.check(body, withOne(checking, bound, variable, value));
    const result = node.args[0] === "optMap" ? checking.resolve("optional.of", [made], node) : made;
    const none = checking.resolve("optional.none", [], node);
    return checking.resolve("_?_:_", [BOOL, result, none], node);
  };
}

/** `runtime.newCondition({type: ..., status: ...})`, its keys bare names. */
function newCondition(node: Call): Macro {
  const [argument] = (node.args as [string, ASTNode, [ASTNode]])[2];
  return (checking, bound) => {
    const problem = conditionProblem(argument);
    if (problem) checking.fail("invalid_macro_argument", `runtime.newCondition: ${problem}`, argument);
    const values = (argument.args as [ASTNode, ASTNode][]).map(([, value]) => checking.check(value, bound));
    const given = [parseType("kro.run.Runtime"), mapOf(STRING, checking.join(values))];
    return checking.resolve("newCondition", given, node, true);
  };
}

function withOne(checking: TypeCheck, bound: Bound, variable: ASTNode, type: Type): Bound {
  return new Map([...bound, [nameOf(checking, variable), type]]);
}

function nameOf(checking: TypeCheck, node: ASTNode): string {
  if (node.op === "id") return node.args;
  return checking.fail("invalid_macro_argument", "argument must be a simple name", node);
}
