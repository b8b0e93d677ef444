import { type ASTNode, Optional } from "@marcbachmann/cel-js";
import { spend } from "./budget.ts";
import type { Checker, Macro, Overlay, Scope } from "./internals.ts";
import { sortByKeys } from "./library/lists.ts";
import { toMap } from "./library/maps.ts";
import { namespacedFunction } from "./syntax.ts";
import { entriesOf, fail, typeName } from "./values.ts";

type Call = Extract<ASTNode, { op: "call" | "rcall" }>;

/** The macros that cel-js lacks or has otherwise than cel-go, by name and number of arguments. */
export function macroOf(node: Call): Macro | undefined {
  if (node.op === "call") return node.args[0] === "has" && node.args[1].length === 1 ? has(node) : undefined;
  const [name, , args] = node.args;
  const twoVariables = TWO_VARIABLES[name];
  if (twoVariables?.counts.includes(args.length)) return overTwoVariables(node, twoVariables);
  if (namespacedFunction(node) === "cel.bind" && args.length === 3) return bind(node);
  if (name === "or" && args.length === 1) return or(node);
  if (args.length !== 2) return undefined;
  if (name === "sortBy") return sortBy(node);
  return name === "optMap" || name === "optFlatMap" ? overOptional(node, name) : undefined;
}

function has(node: ASTNode): Macro {
  const field = (node.args as [string, ASTNode[]])[1][0] as ASTNode;
  return {
    typeCheck(checker, _, scope) {
      checker.check(field, scope);
      return checker.getType("dyn");
    },
    evaluate(evaluator, _, scope) {
      const [owner, name] = field.args as [ASTNode, string];
      let value = evaluator.run(owner, scope);
      if (value instanceof Optional) {
        if (!value.hasValue()) return false;
        value = value.value();
      }
      if (Array.isArray(value)) fail("unsupported index type 'string' in list");
      if (typeName(value) !== "map") return false;
      return value instanceof Map ? value.get(name) !== undefined : Object.hasOwn(value as object, name);
    },
  };
}

/** A macro over the elements of a collection, with their index or key. */
interface TwoVariables {
  /** Numbers of arguments; one more than the least: there is a filter in front of the last. */
  readonly counts: readonly number[];
  /** `body` gives the last argument's value for an entry, or throws. */
  result(entries: [unknown, unknown][], body: (entry: [unknown, unknown]) => unknown): unknown;
}

const existsOne: TwoVariables = {
  counts: [3],
  result: (entries, body) => entries.filter((entry) => asBool(body(entry))).length === 1,
};

const TWO_VARIABLES: Readonly<Record<string, TwoVariables>> = {
  all: { counts: [3], result: (entries, body) => !some(entries, (entry) => !asBool(body(entry))) },
  exists: { counts: [3], result: (entries, body) => some(entries, (entry) => asBool(body(entry))) },
  exists_one: existsOne,
  existsOne,
  transformList: {
    counts: [3, 4],
    result: (entries, body) => entries.map(body),
  },
  transformMap: {
    counts: [3, 4],
    result: (entries, body) => toMap(entries.map((entry) => [entry[0], body(entry)])),
  },
  transformMapEntry: {
    counts: [3, 4],
    result(entries, body) {
      const result = new Map<unknown, unknown>();
      for (const [key, value] of entries.flatMap((entry) => entriesOfMap(body(entry)))) {
        if (result.has(key)) fail(`insert failed: key ${key} already exists`);
        result.set(key, value);
      }
      return toMap([...result]);
    },
  },
};

/** Whether one is true; one that is outweighs those that fail. */
function some(entries: [unknown, unknown][], test: (entry: [unknown, unknown]) => boolean): boolean {
  let failure: unknown;
  for (const entry of entries) {
    try {
      if (test(entry)) return true;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure) throw failure;
  return false;
}

function asBool(value: unknown): boolean {
  return typeof value === "boolean" ? value : fail("no such overload");
}

function overTwoVariables(node: ASTNode, { result, counts }: TwoVariables): Macro {
  const [, range, args] = node.args as [string, ASTNode, ASTNode[]];
  const [first, second] = args as [ASTNode, ASTNode];
  const filter = args.length > (counts[0] as number) ? args[2] : undefined;
  const body = args.at(-1) as ASTNode;
  let inner: { key: Overlay; value: Overlay };
  return {
    typeCheck(checker, _, scope) {
      checker.check(range, scope);
      const key = withName(checker, scope, first);
      inner = { key, value: withName(checker, key, second) };
      for (const part of args.slice(2)) checker.check(part, inner.value);
      return checker.getType("dyn");
    },
    evaluate(evaluator, _, scope) {
      const collection = evaluator.run(range, scope);
      const evaluate = (part: ASTNode, [key, value]: [unknown, unknown]) => {
        const outer = inner.key.reuse(scope).setIterValue(key, evaluator);
        return evaluator.run(part, inner.value.reuse(outer).setIterValue(value, evaluator));
      };
      const all = entriesOfCollection(collection);
      spend(all.length);
      const kept = filter ? all.filter((entry) => asBool(evaluate(filter, entry))) : all;
      return result(kept, (entry) => evaluate(body, entry));
    },
  };
}

function entriesOfMap(value: unknown): [unknown, unknown][] {
  return typeName(value) === "map"
    ? entriesOf(value)
    : fail(`no such overload: cel.@mapInsert(map, ${typeName(value)})`);
}

function entriesOfCollection(collection: unknown): [unknown, unknown][] {
  if (Array.isArray(collection)) return collection.map((value, at) => [BigInt(at), value]);
  if (typeName(collection) !== "map") fail(`unsupported comprehension range type: ${typeName(collection)}`);
  return entriesOf(collection);
}

/** The scope of a macro's variable. */
function withName(checker: Checker, scope: Scope, name: ASTNode): Overlay {
  return scope.forkWithVariable(String(name.args), checker.getType("dyn"));
}

function sortBy(node: ASTNode): Macro {
  const [, range, [name, key]] = node.args as [string, ASTNode, [ASTNode, ASTNode]];
  let inner: Overlay;
  return {
    typeCheck(checker, _, scope) {
      checker.check(range, scope);
      inner = withName(checker, scope, name);
      checker.check(key, inner);
      return checker.getType("dyn");
    },
    evaluate(evaluator, _, scope) {
      const list = evaluator.run(range, scope);
      if (!Array.isArray(list)) return fail("no such overload");
      spend(list.length);
      const keyOf = (item: unknown) => evaluator.run(key, inner.reuse(scope).setIterValue(item, evaluator));
      return sortByKeys(list, list.map(keyOf));
    },
  };
}

/** As in cel-go, a value that fails does no harm where it isn't used. */
function bind(node: ASTNode): Macro {
  const [name, value, body] = (node.args as [string, ASTNode, ASTNode[]])[2] as [ASTNode, ASTNode, ASTNode];
  let inner: Overlay;
  return {
    typeCheck(checker, _, scope) {
      checker.check(value, scope);
      inner = withName(checker, scope, name);
      checker.check(body, inner);
      return checker.getType("dyn");
    },
    evaluate(evaluator, _, scope) {
      const read = outcomeOf(() => evaluator.run(value, scope));
      const overlay = inner.reuse(scope);
      Object.defineProperty(overlay, "iterValue", { get: read, configurable: true });
      return evaluator.run(body, overlay);
    },
  };
}

/** What gives a result, or throws what getting it threw. */
function outcomeOf(get: () => unknown): () => unknown {
  try {
    const value = get();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** As in cel-go, whatever is there in place of nothing. */
function or(node: ASTNode): Macro {
  const [, target, [other]] = node.args as [string, ASTNode, [ASTNode]];
  return {
    typeCheck(checker, _, scope) {
      checker.check(target, scope);
      return checker.check(other, scope);
    },
    evaluate(evaluator, _, scope) {
      const value = evaluator.run(target, scope);
      if (!(value instanceof Optional)) return fail("no such overload");
      return value.hasValue() ? value : evaluator.run(other, scope);
    },
  };
}

function overOptional(node: ASTNode, macro: "optMap" | "optFlatMap"): Macro {
  const [, target, [name, body]] = node.args as [string, ASTNode, [ASTNode, ASTNode]];
  let inner: Overlay;
  return {
    typeCheck(checker, _, scope) {
      checker.check(target, scope);
      inner = withName(checker, scope, name);
      checker.check(body, inner);
      return checker.getType("dyn");
    },
    evaluate(evaluator, _, scope) {
      const value = evaluator.run(target, scope);
      if (!(value instanceof Optional)) return fail("no such overload");
      if (!value.hasValue()) return value;
      const result = evaluator.run(body, inner.reuse(scope).setIterValue(value.value(), evaluator));
      return macro === "optMap" ? Optional.of(result) : result;
    },
  };
}
