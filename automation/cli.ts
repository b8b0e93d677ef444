import { interrupt, interrupted, listenForInterrupts } from "../packages/console/index.ts";
import { cartsProgram, errorText } from "./commands/program.ts";

const program = cartsProgram();

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
  console.error(`error: ${await errorText(error)}`);
  if (debug) console.error(error);
}
