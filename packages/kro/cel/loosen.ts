import type { ASTNode } from "@marcbachmann/cel-js";
import { internals } from "./internals.ts";

/** Types that are the same in cel-js and in cel-go: it helps cel-js to know them. */
const SIMPLE = new Set(["bool", "double", "int", "string", "uint"]);

/**
 * Has a node be of any type when it is evaluated. cel-js refuses what its own types don't allow, and holds what is read
 * from a list to the type of its elements; with cel-go, that of `dyn(x) + ["a"]` is list(string), whatever there is in x.
 */
export function loosen(node: ASTNode): void {
  const inner = internals(node);
  const check = inner.check;
  inner.check = (checker, part, scope) => {
    const type = check.call(node, checker, part, scope);
    return SIMPLE.has(type.name) ? type : checker.getType("dyn");
  };
}
