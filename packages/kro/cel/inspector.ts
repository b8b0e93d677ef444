import type { ASTNode } from "@marcbachmann/cel-js";
import { functionName, subexpressionsOf } from "./syntax.ts";

/** What an expression refers to. */
export interface Inspection {
  /** Names that no macro binds: resources, `schema`, `each`. */
  readonly identifiers: Set<string>;
  /**
   * A path for every use of one, as far as it is static: `["table", "status", "arn"]`, an index as its digits. A use of
   * the whole variable has a path of one element.
   */
  readonly paths: string[][];
  /** Functions and macros by name, with their namespace: `size`, `lists.range`, `map`. Operators are none. */
  readonly functions: Set<string>;
}

/** What an expression refers to, from its syntax: {@link ASTNode} as `environment.parse(text).ast` has it. */
export function inspect(ast: ASTNode): Inspection {
  const references: Inspection = { identifiers: new Set(), paths: [], functions: new Set() };
  visit(ast, new Set(), references);
  return references;
}

function visit(node: ASTNode, bound: ReadonlySet<string>, references: Inspection): void {
  const name = functionName(node);
  if (name !== undefined) references.functions.add(name);

  const path = pathOf(node);
  const root = path?.[0];
  if (path && root !== undefined && !bound.has(root)) {
    references.identifiers.add(root);
    references.paths.push(path);
  }
  if (path) return;

  for (const part of subexpressionsOf(node)) {
    visit(part.node, part.bound.length > 0 ? new Set([...bound, ...part.bound]) : bound, references);
  }
}

type Access = Extract<ASTNode, { op: "." | ".?" | "[]" | "[?]" }>;

function isAccess(node: ASTNode): node is Access {
  return node.op === "." || node.op === ".?" || node.op === "[]" || node.op === "[?]";
}

/** The path of a chain of fields and literal indexes that begins with a name; undefined for anything else. */
function pathOf(node: ASTNode): string[] | undefined {
  if (node.op === "id") return [node.args];
  if (!isAccess(node)) return undefined;
  const owner = pathOf(node.args[0]);
  const key = keyOf(node.args[1]);
  return owner && key !== undefined ? [...owner, key] : undefined;
}

function keyOf(key: ASTNode | string): string | undefined {
  if (typeof key === "string") return key;
  if (key.op !== "value") return undefined;
  return typeof key.args === "string" || typeof key.args === "bigint" ? String(key.args) : undefined;
}
