import { didYouMean } from "../../packages/console/index.ts";
import { ArgumentError, fieldProblems } from "../checkArgs.ts";
import type { ArgRule } from "./argRule.ts";
import { but } from "./ruleAcross.ts";

/**
 * Refuses arguments of a component of which one breaks its rule, or has none. What comes from another resource is left out.
 *
 * @throws ArgumentError with a line for each: its name, its value, the rule, and what to do.
 */
export function checkFields(rules: Readonly<Record<string, ArgRule>>, given: object): void {
  if (typeof (given ?? undefined) !== "object" || Array.isArray(given)) {
    throw new ArgumentError([but("args", given, "must be an object, with a clusterName")]);
  }
  const known = Object.keys(rules);
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  const problems = [
    ...unknown.map((key) => `${key} is not an argument${didYouMean(key, known)}: they are ${known.join(", ")}`),
    ...fieldProblems(rules, given, given).map(({ text }) => text),
  ];
  if (problems.length > 0) throw new ArgumentError(problems);
}
