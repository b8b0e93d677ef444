import { Command } from "commander";
import { interrupted, listenForInterrupts, UserError } from "../packages/console/index.ts";
import { destroyCommand } from "./commands/destroy.ts";
import { driftCommand } from "./commands/drift.ts";
import { openCommand } from "./commands/open.ts";
import { outputsCommand } from "./commands/outputs.ts";
import { previewCommand } from "./commands/preview.ts";
import { statusCommand } from "./commands/status.ts";
import { upCommand } from "./commands/up.ts";
import { verifyCommand } from "./commands/verify.ts";

const program = new Command("carts")
  .description("Pipeline commands of the carts stack.")
  .addCommand(previewCommand())
  .addCommand(upCommand())
  .addCommand(statusCommand())
  .addCommand(driftCommand())
  .addCommand(outputsCommand())
  .addCommand(destroyCommand())
  .addCommand(verifyCommand())
  .addCommand(openCommand())
  .helpCommand(false);

listenForInterrupts();
// A reader such as `head` may have had enough: the exit code still tells the rest.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
try {
  await program.parseAsync();
} catch (error) {
  if (interrupted.aborted) {
    console.error("interrupted");
    process.exitCode = 130;
  } else {
    console.error(error instanceof UserError ? `error: ${error.message}` : error);
    process.exitCode = 1;
  }
}
// A cluster's connections are kept alive for more requests, which don't come.
await new Promise((written) => process.stdout.write("", written));
process.exit();
