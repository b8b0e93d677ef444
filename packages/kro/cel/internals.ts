import type { ASTNode } from "@marcbachmann/cel-js";

// What cel-js gives to a macro's hooks, and its type declarations leave out. The version is pinned, and the table in
// tests/unit/kro/celTable.json shows at once when another one differs.

/** A type as cel-js has it. */
export interface CheckedType {
  /** Such as `list<string>`. */
  readonly name: string;
}

/** The names that are known at a place in an expression. */
export interface Scope {
  /** Undefined for a name that nothing has. A constant, such as a type, has a value. */
  getVariable(name: string): { readonly type: CheckedType; readonly value?: unknown } | undefined;
  getValue(name: string): unknown;
  forkWithVariable(name: string, type: CheckedType): Overlay;
}

/** A scope with one name more. */
export interface Overlay extends Scope {
  reuse(parent: Scope): Overlay;
  setIterValue(value: unknown, evaluator: Evaluator): Overlay;
}

export interface Checker {
  check(node: ASTNode, scope: Scope): CheckedType;
  createError(code: string, message: string, node: ASTNode): Error;
  getType(name: string): CheckedType;
  /** Types with fields, by name. */
  readonly objectTypes: ReadonlyMap<string, { readonly fields?: Readonly<Record<string, CheckedType>> }>;
}

export interface Evaluator {
  run(node: ASTNode, scope: Scope): unknown;
}

export type Check = (checker: Checker, node: ASTNode, scope: Scope) => CheckedType;
export type Evaluate = (evaluator: Evaluator, node: ASTNode, scope: Scope) => unknown;

/** What takes the place of a node's own checking and evaluation. */
export interface Macro {
  typeCheck(checker: Checker, macro: Macro, scope: Scope): CheckedType;
  evaluate(evaluator: Evaluator, macro: Macro, scope: Scope): unknown;
}

/** The part of a node that its type declaration leaves out. */
export interface Internals {
  /** Of the node with its macro, or with what stands for it. */
  check: Check;
  readonly meta: { check: Check; evaluate: Evaluate; alternate?: ASTNode; macro?: Macro };
  /** How a checked node makes its value: an operator from operands, node and evaluator; a macro from collection, arguments, evaluator and scope. */
  readonly handle: (left: unknown, right: unknown, ...others: readonly unknown[]) => unknown;
  setMeta(key: "check" | "evaluate" | "alternate" | "macro" | "async", value: unknown): void;
}

/** A node with the part that its type declaration leaves out. */
export function internals(node: ASTNode): Internals {
  return node as unknown as Internals;
}
