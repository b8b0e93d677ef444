import type { Command } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import type { DriftReport } from "../drift/index.ts";
import { EXIT, type StackOptions, stackCommand, toJson } from "./options.ts";

/** `carts drift`: what somebody changed beside Pulumi. */
export const driftCommand = (): Command =>
  stackCommand("drift")
    .summary("show what was changed beside Pulumi")
    .description(
      "Asks AWS and the cluster for each resource of the stack, and shows where it is not as the last update left it. " +
        "Changes nothing, not even the stack's state. What kro makes is kro's to keep, and `carts status` to show.",
    )
    .addHelpText("after", "\nExit codes: 0 no drift, 2 drift, 1 an error.")
    .action(async (options: StackOptions) => {
      const { driftOf } = await import("../drift/index.ts");
      console.error(`waiting for Pulumi's refresh of stack ${options.stack} ...`);
      const report = await driftOf(options, (text) => process.stderr.write(text));
      await writeResult(options.json ? toJson(report) : await text(report));
      process.exitCode = report.drifted ? EXIT.difference : EXIT.done;
    });

async function text({ project, stack, resources }: DriftReport): Promise<string> {
  const { driftText } = await import("../../packages/kro-preview/index.ts");
  if (resources.length === 0) return `No drift in ${project}/${stack}.\n`;
  return `${[`Drift in ${project}/${stack}:`, ...driftText(resources)].join("\n")}\n`;
}
