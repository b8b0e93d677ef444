import type { Command } from "commander";
import { stackCommand, toJson, type UpdateOptions, withUpdate, writeResult } from "./options.ts";

/** `carts up`: create or update the stack, and show what kro does meanwhile. */
export const upCommand = (): Command =>
  withUpdate(stackCommand("up"))
    .summary("create or update the stack, and show what kro does meanwhile")
    .description(
      "Runs `pulumi up`, shows kro's fan-out while it works, and says why when it fails. Outputs go to stdout, everything else to stderr.",
    )
    .action(async (options: UpdateOptions) => {
      const { closing, exitCodeOf, update } = await import("../update/index.ts");
      const { outputLines } = await import("../stack/index.ts");
      const report = await update("up", options);
      console.error(closing(report));
      await writeResult(options.json ? toJson(report) : outputLines(report.outputs));
      process.exitCode = exitCodeOf(report);
    });
