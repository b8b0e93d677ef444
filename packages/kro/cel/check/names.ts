import type { ASTNode } from "@marcbachmann/cel-js";
import type { Scope } from "../internals.ts";
import { variableName } from "../names.ts";
import { parseType, type Type, typeOf } from "./type.ts";

/** The names that macros bind, with their types. */
export type Bound = ReadonlyMap<string, Type>;

const SIMPLE = ["bool", "bytes", "double", "int", "list", "map", "string", "uint"];
const DOTTED = ["google.protobuf.Timestamp", "google.protobuf.Duration", "kro.run.Condition"];

/** Types that an expression can name. */
const TYPES = new Map<string, Type>([
  ...[...SIMPLE, ...DOTTED].map((name): [string, Type] => [name, typeOf(parseType(name))]),
  ["null_type", typeOf(parseType("null"))],
]);

/** The type of a name, with dots or without: a variable's, or that of a type. Undefined for what is no name, or nobody's. */
export function typeOfName(node: ASTNode, bound: Bound, variables: Scope): Type | undefined {
  const fields: string[] = [];
  let root = node;
  for (; root.op === "."; root = root.args[0]) fields.unshift(root.args[1]);
  if (root.op !== "id") return undefined;
  const variable = bound.get(root.args) ?? typeOfVariable(root.args, variables);
  if (variable) return fields.length === 0 ? variable : undefined;
  return TYPES.get([root.args, ...fields].join("."));
}

function typeOfVariable(name: string, variables: Scope): Type | undefined {
  const variable = variables.getVariable(variableName(name));
  return variable && parseType(variable.type.name);
}
