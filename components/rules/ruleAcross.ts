import type { OutputInstance } from "@pulumi/pulumi";
import type { CartsStackArgs, ResolvedArgs } from "../args.ts";

/** A rule for what can't be judged by one field's own rule. */
export interface RuleAcross {
  /** Fields that must be at hand, and right by themselves, before it is asked. */
  readonly of: readonly (keyof ResolvedArgs)[];
  /** What is wrong. `given` are the arguments without the defaults: what is to blame is one of them. */
  readonly problems: (args: PlainArgs, given: CartsStackArgs) => readonly string[];
}

/** The arguments that are at hand. */
export type PlainArgs = { readonly [K in keyof ResolvedArgs]: Exclude<ResolvedArgs[K], OutputInstance<unknown>> };

/** `<key> is <value>, but <rule>`, on one line whatever the value. */
export const but = (key: string, value: unknown, rule: string): string => `${key} is ${shown(value)}, but ${rule}`;

/** As JSON has it. What JSON has no word for, such as NaN or a function of a program's, as JavaScript has it. */
function shown(value: unknown): string {
  if (value === undefined) return "not set";
  const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
  if (typeof value === "object" && !["Null", "Object", "Array"].includes(kind)) return `a ${kind}`;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  try {
    return JSON.stringify(value) ?? String(value).split("\n")[0]!;
  } catch {
    return typeof value === "bigint" ? String(value) : `a value of type ${typeof value}`;
  }
}
