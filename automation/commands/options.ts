import { dirname } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { DURATION_RULE, parseDuration } from "../../packages/console/index.ts";
import type { ClusterChoice } from "../../packages/live/index.ts";
import type { StackChoice } from "../stack/index.ts";

/** Options that every command on a stack has. */
export interface StackOptions extends StackChoice {
  readonly json?: boolean;
}

/** Options of a command that looks into the cluster. */
export type ClusterOptions = ClusterChoice;

/** Options of a command that changes the stack. */
export interface UpdateOptions extends StackOptions, ClusterOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly resume?: boolean;
  readonly message?: string;
  readonly parallel?: number;
}

/** Exit codes of the commands on a stack. 130 is what a shell gives an interrupted command, 124 what `timeout` gives. */
export const EXIT = { done: 0, error: 1, difference: 2, blocked: 4, timeout: 124, interrupted: 130 } as const;

const OWN_PROJECT = dirname(dirname(import.meta.dirname));

/** A command on a stack, whatever it prints. */
export const bareCommand = (name: string): Command =>
  new Command(name)
    .addOption(new Option("-s, --stack <name>", "the stack").env("PULUMI_STACK").makeOptionMandatory())
    .addOption(new Option("-C, --cwd <folder>", "folder of the Pulumi project").default(OWN_PROJECT, "that of carts"))
    .option("--config-file <file>", "the stack's config (default: Pulumi.<stack>.yaml in the project)")
    .option("--debug", "with an error, also print where it comes from")
    .allowExcessArguments(false);

/** A command on a stack that can print JSON. */
export const stackCommand = (name: string): Command =>
  bareCommand(name).option("--json", "write JSON to stdout: docs/pipelines.md describes it");

/** Adds how the cluster is reached. */
export const withCluster = (command: Command): Command =>
  command
    .option(
      "--kubeconfig <file>",
      "how the cluster is reached (default: that of the stack's provider, else $KUBECONFIG)",
    )
    .option(
      "--context <name>",
      "a context of that kubeconfig (default: that of the stack's provider, else the current one)",
    );

/** Adds what a command has that changes the stack. */
export const withUpdate = (command: Command): Command =>
  withCluster(command)
    .option("--timeout <time>", "cancel after this time, such as 90s, 20m or 1h", toMilliseconds)
    .option("--resume", "recover what a killed run left: its lock, and what it had begun to create")
    .option("-m, --message <text>", "of the update, in the stack's history")
    .option("-p, --parallel <number>", "how many resources Pulumi works on at a time", toCount)
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 4 locked or left by a killed run (see --resume), 124 timeout, 130 interrupted.",
    );

/** Of a time such as `90s`, `20m` or `1h30m`. */
export function toMilliseconds(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`A${DURATION_RULE.slice(1)}.`);
  return milliseconds;
}

function toCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("A whole number, 1 or more.");
  return Number(text);
}

/** @see https://no-color.org */
export const hasColor = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env.NO_COLOR && !process.env.CI;

/** Whether a person watches: a terminal that can go up lines, and no pipeline's. */
export const isWatched = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env.CI && process.env.TERM !== "dumb";

/** Writes a command's result to stdout. */
export const writeResult = (text: string): Promise<void> =>
  new Promise((written) => process.stdout.write(text, () => written()));

export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
