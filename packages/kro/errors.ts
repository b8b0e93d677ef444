import type { Check } from "./verdict/finding.ts";

/** What is wrong with an RGD. kro would refuse it too, but only when it is in the cluster. */
export class DefinitionError extends Error {
  /** Id of the node, or `schema`; empty where it is about the RGD itself. */
  readonly node: string;
  /** Path within the node's template, such as `spec.replicas` or `readyWhen[0]`; empty where it is about the whole node. */
  readonly path: string;
  /** The expression, `${...}` included, where there is one. */
  readonly expression: string | undefined;
  /** The message without the place. */
  readonly problem: string;
  /** Which of the RGD's nodes it is, from 0, where two have the same id. */
  resource: number | undefined;
  /** Which check found it. */
  check: Check | undefined;

  constructor(node: string, path: string, expression: string | undefined, problem: string) {
    super(faultText({ node, path, expression, problem }));
    this.name = "DefinitionError";
    this.node = node;
    this.path = path;
    this.expression = expression;
    this.problem = problem;
  }
}

/** Told what is wrong with an RGD. One that throws ends the checks at the first fault. */
export type Report = (fault: DefinitionError) => void;

/** Says of what is reported which check found it, unless that is known. */
export const from =
  (check: Check, report: Report): Report =>
  (fault) => {
    fault.check ??= check;
    report(fault);
  };

/** Ends the checks at the first fault. */
export const throwFault: Report = (fault) => {
  throw fault;
};

/**
 * Does a check, and reports what it throws.
 *
 * @returns undefined where it threw: what depends on it can't be checked.
 */
export function reporting<T>(report: Report, check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    report(error);
    return undefined;
  }
}

/** A fault in a line: `node "app", at spec.replicas, ${schema.spec.name}: string is not int`. */
export function faultText({ node, path, expression, problem }: FaultParts): string {
  const place = [node && `node "${node}"`, path && `at ${path}`, expression].filter(Boolean).join(", ");
  return `${place}: ${problem}`;
}

interface FaultParts {
  readonly node: string;
  readonly path: string;
  readonly expression?: string | undefined;
  readonly problem: string;
}

/** What is wrong with an instance: the API server would refuse it. */
export class InstanceError extends Error {
  /** A line for each field: its path, its value and the rule. */
  readonly problems: readonly string[];

  constructor(instance: string, problems: readonly string[]) {
    super(problems.map((problem) => `instance ${instance}: ${problem}`).join("\n"));
    this.name = "InstanceError";
    this.problems = problems;
  }
}
