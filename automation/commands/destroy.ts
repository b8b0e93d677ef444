import type { Command } from "commander";
import { stackCommand, toJson, type UpdateOptions, withUpdate, writeResult } from "./options.ts";

/** `carts destroy`: take the stack down, and show what kro does meanwhile. */
export const destroyCommand = (): Command =>
  withUpdate(stackCommand("destroy"))
    .summary("take the stack down, and show what kro does meanwhile")
    .description(
      "Runs `pulumi destroy`, and shows each child go. The DynamoDB table stays unless `tableOnDestroy` says otherwise.",
    )
    .action(async (options: UpdateOptions) => {
      const { closing, exitCodeOf, update } = await import("../update/index.ts");
      const { outputLines } = await import("../stack/index.ts");
      const report = await update("destroy", options);
      console.error(closing(report));
      await writeResult(options.json ? toJson(report) : outputLines(report.outputs));
      process.exitCode = exitCodeOf(report);
    });
