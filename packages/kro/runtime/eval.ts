import { type CelList, type Expression, Unresolvable } from "../cel/expression.ts";
import type { Variables } from "../cel/unstructured.ts";
import { KnownAfterApply, NotEvaluated, type Value } from "../value.ts";
import type { Unresolved } from "./resolver.ts";

/** The value of a condition. One that has none is KnownAfterApply, and `unresolved` is told why. */
export const evaluate = (expression: Expression, variables: Variables, unresolved: Unresolved): Value =>
  orUnresolved(() => expression.evaluate(variables), expression, unresolved);

/** The elements of a list, or what stands in its place. */
export const evaluateList = (expression: Expression, variables: Variables, unresolved: Unresolved): CelList | Value =>
  orUnresolved(() => expression.elements(variables), expression, unresolved);

function orUnresolved<T>(run: () => T, { text, nodes }: Expression, unresolved: Unresolved): T | KnownAfterApply {
  try {
    const value = run();
    if (value instanceof NotEvaluated)
      unresolved(`${value.expression} is not evaluated, as ${value.reason}`, "notEvaluated");
    return value;
  } catch (error) {
    if (!(error instanceof Unresolvable)) throw error;
    unresolved(error.message);
    return new KnownAfterApply(`\${${text}}`, nodes);
  }
}
