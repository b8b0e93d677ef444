import { type Command, Option } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import { hasColor, interrupted } from "../../packages/console/index.ts";
import type { ClusterChoice } from "../../packages/live/index.ts";
import type { Verification } from "../verify/index.ts";
import { EXIT, type StackOptions, stackCommand, toJson, withCluster } from "./options.ts";
import { toMilliseconds } from "./values.ts";

interface Options extends StackOptions, ClusterChoice {
  readonly heal?: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Something is wrong, or could not be looked at. No other command ends with it. */
const OFF = 5;

/** `carts verify`: whether what a stack has made is there, and works. */
export const verifyCommand = (): Command =>
  withCluster(stackCommand("verify", "verify.md"))
    .summary("check that all the stack has made is there and works")
    .description(
      "Compares the stack with its cluster and with AWS: every declared field of every object that kro makes, the table, " +
        "the role, the association, and the credentials of the pods. Only reads, unless it is told to heal. " +
        "The table goes to stdout, everything else to stderr.",
    )
    .option("--heal", "restart a Deployment whose pods were admitted before their credentials could be had")
    .addOption(
      new Option("--timeout <time>", "until restarted pods must be ready, such as 90s or 20m")
        .argParser(toMilliseconds)
        .default(300_000, "5m"),
    )
    .addHelpText("after", "\nExit codes: 0 all is well, 5 something is wrong or could not be looked at, 1 an error.")
    .action(async (options: Options) => {
      const { verify } = await import("../verify/index.ts");
      const onProgress = (text: string) => console.error(text);
      const verification = await verify({ ...options, signal: interrupted, onProgress });
      await writeResult(options.json ? toJson(verification) : await table(verification));
      process.exitCode = verification.verdict === "ok" ? EXIT.done : OFF;
    });

async function table(verification: Verification): Promise<string> {
  const { formatTable } = await import("../verify/index.ts");
  return formatTable(verification, { color: hasColor(process.stdout), width: process.stdout.columns });
}
