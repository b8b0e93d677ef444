import { dirname } from "node:path";
import { Command, Option } from "commander";
import { toPath } from "../../packages/cli/index.ts";
import type { StackChoice } from "../stack/index.ts";
import { toStackName } from "./values.ts";

/** Options that every command on a stack has. */
export interface StackOptions extends StackChoice {
  readonly json?: boolean;
}

/** Exit codes of the commands on a stack. 130 is what a shell gives an interrupted command, 124 what `timeout` gives. */
export const EXIT = { done: 0, error: 1, difference: 2, blocked: 4, timeout: 124, interrupted: 130 } as const;

const OWN_PROJECT = dirname(dirname(import.meta.dirname));

/**
 * A command on a stack, whatever it prints.
 *
 * @param needsStack - it can do nothing without one. Default true.
 */
export const bareCommand = (name: string, needsStack = true): Command =>
  new Command(name)
    .addOption(
      new Option("-s, --stack <name>", "the stack")
        .env("PULUMI_STACK")
        .argParser(toStackName)
        .makeOptionMandatory(needsStack),
    )
    .addOption(
      new Option("-C, --cwd <folder>", "folder of the Pulumi project")
        .argParser(toPath)
        .default(OWN_PROJECT, "that of carts"),
    )
    .option("--config-file <file>", "the stack's config (default: Pulumi.<stack>.yaml in the project)", toPath)
    .option("--debug", "with an error, also print where it comes from")
    .allowExcessArguments(false);

/** A command on a stack that can print JSON, which one of docs/ describes. */
export const stackCommand = (name: string, page = "pipelines.md", needsStack = true): Command =>
  bareCommand(name, needsStack).option("--json", `write JSON to stdout: docs/${page} describes it`);

/** Adds how the cluster is reached. */
export const withCluster = (command: Command): Command =>
  command
    .option(
      "--kubeconfig <file>",
      "how the cluster is reached (default: that of the stack's provider, else $KUBECONFIG)",
      toPath,
    )
    .option(
      "--context <name>",
      "a context of that kubeconfig (default: that of the stack's provider, else the current one)",
    );

export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
