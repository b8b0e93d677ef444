import type { Command } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import { EXIT, type StackOptions, stackCommand, toJson } from "./options.ts";

interface Options extends StackOptions {
  readonly showSecrets?: boolean;
}

/** `carts outputs`: what the stack's last update gave. */
export const outputsCommand = (): Command =>
  stackCommand("outputs")
    .summary("print the stack's outputs")
    .description("Prints the outputs of the last update, a line each, or with --json one object of them.")
    .option("--show-secrets", "print secrets as they are, not as [secret]")
    .action(async (options: Options) => {
      const { selectStack } = await import("../stack/index.ts");
      const { outputLines, shownOutputs } = await import("../stack/index.ts");
      const { stack } = await selectStack(options);
      const outputs = shownOutputs(await stack.outputs(), options.showSecrets);
      await writeResult(options.json ? toJson(outputs) : outputLines(outputs));
      process.exitCode = EXIT.done;
    });
