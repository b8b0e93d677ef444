import { type ASTNode, Optional } from "@marcbachmann/cel-js";
import { spend } from "./budget.ts";
import type { CheckedType, Checker, Macro, Overlay, Scope } from "./internals.ts";
import { COMPARABLE, sortByKeys } from "./library/lists.ts";
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
  if (args.length !== 2) return undefined;
  if (name === "sortBy") return sortBy(node);
  return name === "optMap" || name === "optFlatMap" ? overOptional(node, name) : undefined;
}

function has(node: ASTNode): Macro {
  const field = (node.args as [string, ASTNode[]])[1][0] as ASTNode;
  return {
    typeCheck(checker, _, scope) {
      if (field.op !== ".")
        throw checker.createError("invalid_macro_argument", "invalid argument to has() macro", node);
      checker.check(field, scope);
      return checker.getType("bool");
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
  type(checker: Checker, key: CheckedType, body: CheckedType): CheckedType;
  /** `body` gives the last argument's value for an entry, or throws. */
  result(entries: [unknown, unknown][], body: (entry: [unknown, unknown]) => unknown): unknown;
}

const bool = (checker: Checker) => checker.getType("bool");
const existsOne: TwoVariables = {
  counts: [3],
  type: bool,
  result: (entries, body) => entries.filter((entry) => asBool(body(entry))).length === 1,
};

const TWO_VARIABLES: Readonly<Record<string, TwoVariables>> = {
  all: { counts: [3], type: bool, result: (entries, body) => !some(entries, (entry) => !asBool(body(entry))) },
  exists: { counts: [3], type: bool, result: (entries, body) => some(entries, (entry) => asBool(body(entry))) },
  exists_one: existsOne,
  existsOne,
  transformList: {
    counts: [3, 4],
    type: (checker, _, body) => checker.registry.getListType(body),
    result: (entries, body) => entries.map(body),
  },
  transformMap: {
    counts: [3, 4],
    type: (checker, key, body) => checker.registry.getMapType(key, body),
    result: (entries, body) => toMap(entries.map((entry) => [entry[0], body(entry)])),
  },
  transformMapEntry: {
    counts: [3, 4],
    type: (_checker, _key, body) => body,
    result(entries, body) {
      const result = new Map<unknown, unknown>();
      for (const [key, value] of entries.flatMap((entry) => entriesOf(body(entry)))) {
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

function overTwoVariables(node: ASTNode, { type, result, counts }: TwoVariables): Macro {
  const [, range, args] = node.args as [string, ASTNode, ASTNode[]];
  const [first, second] = args as [ASTNode, ASTNode];
  const filter = args.length > (counts[0] as number) ? args[2] : undefined;
  const body = args.at(-1) as ASTNode;
  let inner: { key: Overlay; value: Overlay };
  return {
    typeCheck(checker, _, scope) {
      const names = [nameOf(checker, first), nameOf(checker, second)] as const;
      if (names[0] === names[1]) {
        throw checker.createError("invalid_macro_argument", `duplicate variable name: ${names[0]}`, second);
      }
      const [keyType, valueType] = entryTypes(checker, range, scope);
      const key = scope.forkWithVariable(names[0], keyType);
      inner = { key, value: key.forkWithVariable(names[1], valueType) };
      if (filter) checkBool(checker, filter, inner.value);
      const bodyType = checker.check(body, inner.value);
      if (type === bool) checkBool(checker, body, inner.value);
      return type(checker, keyType, bodyType);
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

function entriesOfCollection(collection: unknown): [unknown, unknown][] {
  if (Array.isArray(collection)) return collection.map((value, at) => [BigInt(at), value]);
  if (typeName(collection) !== "map") fail(`unsupported comprehension range type: ${typeName(collection)}`);
  return entriesOf(collection);
}

function entryTypes(checker: Checker, range: ASTNode, scope: Scope): [CheckedType, CheckedType] {
  const type = checker.check(range, scope);
  if (type.kind === "dyn") return [type, type];
  if (type.kind === "list") return [checker.getType("int"), type.valueType];
  if (type.kind === "map") return [type.keyType, type.valueType];
  throw checker.createError("invalid_comprehension_range", `'${type.name}' cannot be range of a comprehension`, range);
}

function checkBool(checker: Checker, node: ASTNode, scope: Scope): void {
  const type = checker.check(node, scope);
  if (type.name === "bool" || type.kind === "dyn") return;
  throw checker.createError("invalid_condition_type", `expected type 'bool' but found '${type.name}'`, node);
}

function nameOf(checker: Checker, node: ASTNode): string {
  if (node.op === "id") return node.args;
  throw checker.createError("invalid_macro_argument", "argument must be a simple name", node);
}

function sortBy(node: ASTNode): Macro {
  const [, range, [name, key]] = node.args as [string, ASTNode, [ASTNode, ASTNode]];
  let inner: Overlay;
  return {
    typeCheck(checker, _, scope) {
      const type = checker.check(range, scope);
      inner = scope.forkWithVariable(nameOf(checker, name), entryTypes(checker, range, scope)[1]);
      const keyType = checker.check(key, inner);
      if (keyType.kind === "dyn" || keyType.kind === "param" || COMPARABLE.includes(keyType.name)) return type;
      throw checker.createError("no_matching_overload", `a list can't be sorted by ${keyType.name}`, key);
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
      inner = scope.forkWithVariable(nameOf(checker, name), checker.check(value, scope));
      return checker.check(body, inner);
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

function overOptional(node: ASTNode, macro: "optMap" | "optFlatMap"): Macro {
  const [, target, [name, body]] = node.args as [string, ASTNode, [ASTNode, ASTNode]];
  let inner: Overlay;
  return {
    typeCheck(checker, _, scope) {
      const type = checker.check(target, scope);
      if (type.kind !== "optional" && type.kind !== "dyn") {
        throw checker.createError(
          "optional_expected",
          `found no matching overload for '${type.name}.${macro}'`,
          target,
        );
      }
      inner = scope.forkWithVariable(nameOf(checker, name), type.kind === "dyn" ? type : type.valueType);
      const result = checker.check(body, inner);
      return macro === "optMap" ? checker.registry.getOptionalType(result) : result;
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
