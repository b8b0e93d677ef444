import { ARGUMENTS } from "../argRules.ts";
import { ArgumentError } from "../checkArgs.ts";
import type { ArgRule } from "../rules/argRule.ts";
import { checkFields } from "../rules/checkFields.ts";
import { CLUSTER_ARGUMENTS, chartsProblems, clusterNameProblems } from "../rules/clusterOptions.ts";
import type { ClusterAccessArgs } from "./clusterAccess.ts";

const RULES = {
  clusterName: ARGUMENTS.clusterName,
  ...CLUSTER_ARGUMENTS,
} as const satisfies Record<keyof ClusterAccessArgs, ArgRule>;

/**
 * Refuses arguments of accessCluster that say nothing or two things at once, or of which one breaks its rule.
 *
 * @throws ArgumentError with a line for each: its name, its value, the rule, and what to do.
 */
export function checkAccess(args: ClusterAccessArgs): void {
  checkFields(RULES, args);
  const { clusterName, kubeconfig, context, createCluster = false, controllers, charts, cluster } = args;
  const problems: string[] = [];
  if (createCluster) {
    if ((kubeconfig ?? context) !== undefined) {
      problems.push(
        "createCluster is true, but kubeconfig or context names a cluster that exists: set only one of them",
      );
    }
    problems.push(...clusterNameProblems(clusterName));
  } else if (cluster !== undefined) {
    problems.push("cluster is set, but says what a cluster is like that is made: set createCluster to true, too");
  }
  problems.push(...chartsProblems(charts, controllers));
  if (problems.length > 0) throw new ArgumentError(problems);
}
