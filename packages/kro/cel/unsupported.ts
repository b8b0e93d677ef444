import type { ASTNode } from "@marcbachmann/cel-js";
import { functionName, subexpressionsOf } from "./syntax.ts";

/** A part of kro's CEL that a preview can't evaluate. It is refused by its name rather than evaluated wrongly. */
export class UnsupportedError extends Error {
  /** @param what such as `the function quantity()` */
  constructor(what: string) {
    super(`${what} of kro's CEL is not supported in previews`);
    this.name = "UnsupportedError";
  }
}

/** Functions of kro's CEL that are missing here; what they return has no other way in. */
const UNSUPPORTED = new Set(
  (
    "quantity isQuantity url isURL ip isIP ip.isCanonical cidr isCIDR semver isSemver json.encode omit " +
    "runtime.newCondition runtime.condition"
  ).split(" "),
);

/** What a call is refused for, such as `the function quantity()`; undefined for one that isn't. */
export function unsupportedFunction(name: string, node: ASTNode): string | undefined {
  if (UNSUPPORTED.has(name)) return `the function ${name}()`;
  const receiver = node.op === "rcall" ? node.args[1] : undefined;
  return receiver?.op === "id" && receiver.args === "runtime" ? `the function runtime.${name}()` : undefined;
}

/** The functions in an expression that are kro's, but can't be evaluated here, such as `quantity`. */
export function unsupportedFunctions(ast: ASTNode): string[] {
  const name = functionName(ast);
  const refused = name !== undefined && unsupportedFunction(name, ast) ? [name] : [];
  return [...new Set([...refused, ...subexpressionsOf(ast).flatMap((part) => unsupportedFunctions(part.node))])];
}
