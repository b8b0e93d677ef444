import type { ASTNode } from "@marcbachmann/cel-js";
import { isNewCondition } from "./library/runtime.ts";

/** What stands between a macro's parentheses and binds names in it: the positions of the names and of where they hold. */
interface Binder {
  readonly names: readonly number[];
  readonly scope: readonly number[];
}

const ONE = { 2: { names: [0], scope: [1] } };
const TWO = { 3: { names: [0, 1], scope: [2] } };
const TWO_WITH_FILTER = { ...TWO, 4: { names: [0, 1], scope: [2, 3] } };

/** Macros by name and number of arguments. */
const BINDERS: Readonly<Record<string, Readonly<Record<number, Binder>>>> = {
  all: { ...ONE, ...TWO },
  exists: { ...ONE, ...TWO },
  exists_one: { ...ONE, ...TWO },
  existsOne: TWO,
  filter: ONE,
  map: { ...ONE, 3: { names: [0], scope: [1, 2] } },
  optMap: ONE,
  optFlatMap: ONE,
  sortBy: ONE,
  transformList: TWO_WITH_FILTER,
  transformMap: TWO_WITH_FILTER,
  transformMapEntry: TWO_WITH_FILTER,
};

/** A subexpression, and the names that are bound there. */
export interface Subexpression {
  readonly node: ASTNode;
  readonly bound: readonly string[];
}

/** Functions with a namespace: no variable is meant by what is in front of their dot. */
const NAMESPACED = new Set(
  (
    "base64.decode base64.encode cel.bind hash.fnv64a hash.md5 hash.sha256 ip.isCanonical json.encode json.marshal " +
    "json.unmarshal lists.insertAtIndex lists.range lists.removeAtIndex lists.setAtIndex optional.none optional.of " +
    "optional.ofNonZeroValue optional.unwrap optional.__elements optional.__entries random.seededInt random.seededString strings.quote"
  ).split(" "),
);

/** `lists.range` for a call of it; undefined for a call on a value. */
export function namespacedFunction(node: ASTNode): string | undefined {
  if (node.op !== "rcall" || node.args[1].op !== "id") return undefined;
  const name = `${node.args[1].args}.${node.args[0]}`;
  return NAMESPACED.has(name) ? name : undefined;
}

/** The name of the function that a node calls, with its namespace. */
export function functionName(node: ASTNode): string | undefined {
  if (node.op === "call") return node.args[0];
  return node.op === "rcall" ? (namespacedFunction(node) ?? node.args[0]) : undefined;
}

/** What binds names in a call: a macro. */
export function binderOf(node: ASTNode): Binder | undefined {
  if (node.op !== "rcall") return undefined;
  if (namespacedFunction(node) === "cel.bind" && node.args[2].length === 3) return { names: [0], scope: [2] };
  return BINDERS[node.args[0]]?.[node.args[2].length];
}

/** The parts of a node that are expressions themselves. The names that a macro binds are none. */
export function subexpressionsOf(node: ASTNode): Subexpression[] {
  const free = (nodes: readonly ASTNode[]): Subexpression[] => nodes.map((part) => ({ node: part, bound: [] }));
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return free([node.args[0]]);
    case "call":
      return free(node.args[1]);
    case "rcall":
      if (isNewCondition(node)) return [...free([node.args[1]]), ...valuesOf(node.args[2][0] as ASTNode)];
      return [...(namespacedFunction(node) ? [] : free([node.args[1]])), ...argumentsOf(node.args[2], binderOf(node))];
    case "!_":
    case "-_":
      return free([node.args]);
    case "map":
      return free(node.args.flat());
    default:
      return free(node.args);
  }
}

/** The keys of a condition are its fields, and no variables. */
function valuesOf(argument: ASTNode): Subexpression[] {
  const nodes =
    argument.op === "map" ? argument.args.map(([key, value]) => (key.op === "id" ? [value] : [key, value])) : [];
  return (argument.op === "map" ? nodes.flat() : [argument]).map((node) => ({ node, bound: [] }));
}

function argumentsOf(args: readonly ASTNode[], binder: Binder | undefined): Subexpression[] {
  const names = (binder?.names ?? []).flatMap((at) => (args[at]?.op === "id" ? [args[at].args] : []));
  return args.flatMap((node, at) => {
    if (binder?.names.includes(at)) return [];
    return [{ node, bound: binder?.scope.includes(at) ? names : [] }];
  });
}
