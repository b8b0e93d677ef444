import type { Draw } from "./draw.ts";

/** A type of CEL, as far as the random RGDs have it. */
export type Type =
  | "string"
  | "int"
  | "double"
  | "bool"
  | "dyn"
  | { readonly list: Type }
  | { readonly map: Type }
  | { readonly fields: Readonly<Record<string, Type>> };

export const STRINGS: Type = { list: "string" };
export const INTS: Type = { list: "int" };
export const LABELS: Type = { map: "string" };

export const same = (a: Type, b: Type): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What an expression may name, and its type. */
export interface Variable {
  /** Such as `schema.spec.replicas`. */
  readonly path: string;
  readonly type: Type;
  /** It may not be there: only to be asked for with `?`. */
  readonly optional?: boolean;
}

/** The variable, and what is in it, some steps down. */
export function within(variable: Variable, depth = 3): Variable[] {
  const { path, type, optional = false } = variable;
  if (depth === 0 || typeof type === "string" || !("fields" in type)) return [variable];
  const fields = Object.entries(type.fields).flatMap(([name, field]) =>
    within({ path: `${path}.${name}`, type: field, optional }, depth - 1),
  );
  return [variable, ...fields];
}

const PRIMITIVES = ["string", "int", "double", "bool"] as const;

export const primitive = (draw: Draw): Type => draw.of(...PRIMITIVES);
