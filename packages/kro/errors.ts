/** What is wrong with an RGD. kro would refuse it too, but only when it is in the cluster. */
export class DefinitionError extends Error {
  /** Id of the node, or `schema`. */
  readonly node: string;
  /** Path within the node's template, such as `spec.replicas` or `readyWhen[0]`; empty where it is about the whole node. */
  readonly path: string;
  /** The expression, `${...}` included, where there is one. */
  readonly expression: string | undefined;

  constructor(node: string, path: string, expression: string | undefined, problem: string) {
    const place = [`node "${node}"`, path && `at ${path}`, expression].filter(Boolean).join(", ");
    super(`${place}: ${problem}`);
    this.name = "DefinitionError";
    this.node = node;
    this.path = path;
    this.expression = expression;
  }
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
