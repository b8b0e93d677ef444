import type { Command } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import { hasColor } from "../../packages/console/index.ts";
import type { ClusterChoice } from "../../packages/live/index.ts";
import type { StatusReport } from "../update/index.ts";
import { EXIT, type StackOptions, stackCommand, toJson, withCluster } from "./options.ts";

/** `carts status`: how the stack is, in Pulumi's state and in the cluster. */
export const statusCommand = (): Command =>
  withCluster(stackCommand("status"))
    .summary("show how the stack is: its last update, and each child as the cluster has it")
    .description("Shows the last update, what a killed run left, and each instance with its children. Changes nothing.")
    .addHelpText(
      "after",
      "\nExit codes: 0 ready, 2 not ready or not there, 4 a killed run left something,\n1 an error, or something could not be looked at.",
    )
    .action(async (options: StackOptions & ClusterChoice) => {
      const { statusOf } = await import("../update/index.ts");
      const report = await statusOf(options);
      for (const note of report.notes) console.error(`note: ${note}`);
      await writeResult(options.json ? toJson(report) : await text(report));
      process.exitCode = exitCode(report);
    });

const exitCode = ({ pending, looked, ready }: StatusReport): number =>
  pending.length > 0 ? EXIT.blocked : !looked ? EXIT.error : ready ? EXIT.done : EXIT.difference;

async function text({
  project,
  stack,
  lastUpdate,
  resources,
  instances,
  ready,
  looked,
  cause,
}: StatusReport): Promise<string> {
  const { statusLines } = await import("../update/index.ts");
  const options = { color: hasColor(process.stdout), width: process.stdout.columns || 120, now: Date.now() };
  const last = lastUpdate ? `${lastUpdate.kind} ${lastUpdate.result}, ${lastUpdate.ended}` : "never updated";
  return [
    `${project}/${stack}: ${last}; ${resources} resources; ${!looked ? "not looked at in full" : ready ? "ready" : "not ready"}`,
    ...statusLines(instances, options),
    ...(cause ? [cause.message] : []),
    "",
  ].join("\n");
}
