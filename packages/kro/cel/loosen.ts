import type { ASTNode } from "@marcbachmann/cel-js";
import { type CheckedType, internals } from "./internals.ts";

/** Lists, maps and optionals of anything. */
const LOOSE = new Set(["list", "map", "optional"]);

/**
 * Has a node take any elements when it is evaluated. cel-js holds what is read from a list, a map or an optional to the
 * type that the checker found; with cel-go, that of `dyn(x) + ["a"]` is list<string>, whatever there is in x.
 */
export function loosen(node: ASTNode): void {
  const inner = internals(node);
  const check = inner.check;
  inner.check = (checker, part, scope) => {
    const type: CheckedType = check.call(node, checker, part, scope);
    if (type.kind === "param") return checker.getType("dyn");
    return LOOSE.has(type.kind) ? checker.getType(type.kind) : type;
  };
}
