import { Command, type OutputConfiguration } from "commander";
import { printable, UserError } from "../../packages/console/index.ts";
import { destroyCommand } from "./destroy.ts";
import { driftCommand } from "./drift.ts";
import { openCommand } from "./open.ts";
import { outputsCommand } from "./outputs.ts";
import { previewCommand } from "./preview.ts";
import { statusCommand } from "./status.ts";
import { upCommand } from "./up.ts";
import { verifyCommand } from "./verify.ts";

/** An error is one line, whatever was typed. */
const OUTPUT: OutputConfiguration = {
  outputError: (text, write) => {
    const [, said = text, meant = ""] = /^([\s\S]*?)(?:\n(\(Did you mean .*\)))?\n*$/.exec(text) ?? [];
    write(`${printable([said, meant].filter(Boolean).join(" "))}\n`);
  },
};

/** The `carts` command. */
export function cartsProgram(): Command {
  const program = new Command("carts")
    .description("Shows what kro makes of a carts stack, for a pipeline and for a person.")
    .addCommand(previewCommand())
    .addCommand(upCommand())
    .addCommand(statusCommand())
    .addCommand(driftCommand())
    .addCommand(outputsCommand())
    .addCommand(destroyCommand())
    .addCommand(verifyCommand())
    .addCommand(openCommand())
    .helpCommand(false);
  program.showHelpAfterError("`carts --help` lists the commands").configureOutput(OUTPUT);
  for (const command of program.commands) {
    command.showHelpAfterError(`\`carts ${command.name()} --help\` lists the options`).configureOutput(OUTPUT);
  }
  return program;
}

/** The one line that an error is to the user. */
export const errorText = async (error: unknown): Promise<string> =>
  error instanceof UserError ? error.message : (await import("../stack/index.ts")).errorLine(error);
