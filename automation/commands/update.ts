import type { Command } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import type { UpdateOptions, UpdateReport } from "../update/index.ts";
import { EXIT, type StackOptions, stackCommand, toJson, withCluster } from "./options.ts";
import { toCount, toMilliseconds } from "./values.ts";

const NOT_BEGUN = { up: "the cluster lacks something", destroy: "a table would go that is to stay" } as const;

/** A command that changes the stack. */
export const updateCommand = (name: "up" | "destroy"): Command =>
  withCluster(stackCommand(name))
    .option("--timeout <time>", "cancel after this time, such as 90s, 20m or 1h", toMilliseconds)
    .option("--resume", "recover what a killed run left: its lock, and what it had begun to create")
    .option("-m, --message <text>", "of the update, in the stack's history")
    .option(
      "-p, --parallel <number>",
      "how many resources Pulumi works on at a time (default: $PULUMI_PARALLEL, else 100)",
      toCount,
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 4 not begun (locked or left by a killed run, see --resume; an RGD is in use, or rolled\n" +
        `out; or ${NOT_BEGUN[name]}), 124 timeout, 130 interrupted.`,
    )
    .action(async (options: UpdateOptions & StackOptions) => {
      const { closing, update } = await import("../update/index.ts");
      const { outputLines } = await import("../stack/index.ts");
      const report = await update(name, options);
      console.error(closing(report));
      await writeResult(options.json ? toJson(report) : outputLines(report.outputs));
      process.exitCode = EXIT_CODES[report.result];
    });

const EXIT_CODES: Readonly<Record<UpdateReport["result"], number>> = {
  succeeded: EXIT.done,
  failed: EXIT.error,
  interrupted: EXIT.interrupted,
  "timed-out": EXIT.timeout,
  blocked: EXIT.blocked,
};
