import { Command } from "commander";
import { interrupt, interrupted, listenForInterrupts, UserError } from "../packages/console/index.ts";
import { destroyCommand } from "./commands/destroy.ts";
import { driftCommand } from "./commands/drift.ts";
import { openCommand } from "./commands/open.ts";
import { outputsCommand } from "./commands/outputs.ts";
import { previewCommand } from "./commands/preview.ts";
import { statusCommand } from "./commands/status.ts";
import { upCommand } from "./commands/up.ts";
import { verifyCommand } from "./commands/verify.ts";

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

let debug = false;
program.hook("preAction", (_, command) => {
  debug = command.opts().debug === true;
});

listenForInterrupts();
let crash: unknown;
// Pulumi must not be left alone with what it has begun: it is told to finish, and the command ends with it.
process.on("uncaughtException", (error) => {
  crash ??= error;
  interrupt();
});
// A reader such as `head` may have had enough: the exit code still tells the rest. A result that can't be written is lost.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  console.error(`error: the result can't be written: ${error.message}`);
  process.exit(1);
});
process.stderr.on("error", () => {});
try {
  await program.parseAsync();
  if (crash) throw crash;
} catch (error) {
  if (interrupted.aborted && !crash) {
    console.error("interrupted");
    process.exitCode = 130;
  } else {
    await fail(crash ?? error);
    process.exitCode = 1;
  }
}
// A cluster's connections are kept alive for more requests, which don't come.
await new Promise((written) => process.stdout.write("", written));
process.exit();

/** One line, and with --debug where it comes from. */
async function fail(error: unknown): Promise<void> {
  const line = error instanceof UserError ? error.message : (await import("./stack/index.ts")).errorLine(error);
  console.error(`error: ${line}`);
  if (debug) console.error(error);
}
