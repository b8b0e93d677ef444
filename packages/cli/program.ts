import type { Command, OutputConfiguration } from "commander";
import { interrupt, interrupted, listenForInterrupts, printable } from "../console/index.ts";

/** An error is one line, whatever was typed. */
const OUTPUT: OutputConfiguration = {
  outputError: (text, write) => {
    const [, said = text, meant = ""] = /^([\s\S]*?)(?:\n(\(Did you mean .*\)))?\n*$/.exec(text) ?? [];
    write(`${printable([said, meant].filter(Boolean).join(" "))}\n`);
  },
};

/** A command with its subcommands, each of which says what helps where it was typed wrongly. */
export function withCommands(program: Command, commands: readonly Command[]): Command {
  const name = program.name();
  program
    .helpCommand("help [command]", "the same as <command> --help")
    .showHelpAfterError(`\`${name} --help\` lists the commands`)
    .configureOutput(OUTPUT);
  for (const command of commands) {
    command.showHelpAfterError(`\`${name} ${command.name()} --help\` lists the options`).configureOutput(OUTPUT);
    program.addCommand(command);
  }
  return program;
}

/**
 * Runs what was typed, and ends this process: with 1 after an error, which is one line on stderr, with 130 after Ctrl-C,
 * else with the exit code that the command has set. With `--debug` an error also says where it comes from.
 *
 * @param errorText - the one line that an error is to the user.
 * @param options.unfinished - what it does may be left as it is: a signal ends it at once, even where it is busy. Default: it is
 *   told to finish.
 */
export async function runProgram(
  program: Command,
  errorText: (error: unknown) => string | Promise<string>,
  { unfinished = false }: { readonly unfinished?: boolean } = {},
): Promise<never> {
  let debug = false;
  program.hook("preAction", (_, command) => {
    debug = command.opts().debug === true;
  });
  const fail = async (error: unknown): Promise<void> => {
    console.error(`error: ${await errorText(error)}`);
    if (debug) console.error(error);
  };
  if (!unfinished) listenForInterrupts();
  let crash: unknown;
  // What was begun must not be left alone: it is told to finish, and the command ends with it.
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
}

/** Writes a command's result to stdout. */
export const writeResult = (text: string): Promise<void> =>
  new Promise((written) => process.stdout.write(text, () => written()));
