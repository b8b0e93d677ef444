import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../packages/console/index.ts";
import type { StackState } from "./state.ts";

/** Which stack a command is about. */
export interface StackChoice {
  readonly stack: string;
  /** Folder of the Pulumi project. */
  readonly cwd: string;
  /** Path of the stack's config. Default: `Pulumi.<stack>.yaml` in the project. */
  readonly configFile?: string;
}

/** A stack of a project, in the environment of this process: backend, passphrase and credentials are the user's own. */
export interface OpenStack {
  readonly stack: Stack;
  readonly project: string;
  /** Absolute. */
  readonly cwd: string;
  readonly configFile: string | undefined;
}

/** A stack that is known to be there. */
export interface SelectedStack extends OpenStack {
  /** The stack's state, as `pulumi stack export` gives it. */
  readonly state: StackState;
}

/** @throws UserError when there is no pulumi, no such project or config file. The stack itself is not looked for. */
export async function openStack(choice: StackChoice): Promise<OpenStack> {
  const { LocalWorkspace, Stack } = await import("@pulumi/pulumi/automation/index.js");
  const cwd = resolve(choice.cwd);
  const configFile = choice.configFile && resolve(choice.configFile);
  // Pulumi would take it for an empty one.
  if (configFile && !existsSync(configFile)) throw new UserError(`there is no config file ${configFile}`);
  const workspace = await LocalWorkspace.create({ workDir: cwd, pulumiCommand: await detachedPulumi() });
  const { name: project } = await workspace.projectSettings().catch(() => {
    throw new UserError(`there is no Pulumi project in ${cwd}: --cwd names its folder`);
  });
  // Every command names its stack. To select it as well would change the stack of the user's own shell.
  workspace.selectStack = async () => {};
  return { stack: await Stack.select(choice.stack, workspace), project, cwd, configFile };
}

/** @throws UserError when there is no pulumi, no such project, config file or stack. */
export async function selectStack(choice: StackChoice): Promise<SelectedStack> {
  const { StackNotFoundError } = await import("@pulumi/pulumi/automation/index.js");
  const open = await openStack(choice);
  const { deployment: state } = await open.stack.workspace.exportStack(choice.stack).catch((error: unknown) => {
    const missing = error instanceof StackNotFoundError;
    throw missing ? new UserError(`there is no stack ${choice.stack}: \`pulumi stack init\` makes one`) : error;
  });
  return { ...open, state: state ?? {} };
}

/**
 * The pulumi on PATH, each run in a process group of its own: a terminal sends Ctrl-C to a whole group, and of a second
 * one, after the one that the signal here sends, Pulumi would leave everything as it is at once.
 */
async function detachedPulumi(): Promise<PulumiCommand> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  const found = await PulumiCommand.get().catch((error: Error) => {
    const missing = /ENOENT/.test(error.message);
    throw new UserError(
      missing ? "there is no pulumi on PATH: see https://www.pulumi.com/docs/iac/download-install" : error.message,
    );
  });
  const run = (
    args: string[],
    cwd: string,
    env: Environment,
    onOutput?: Listener,
    onError?: Listener,
    signal?: AbortSignal,
  ) => runDetached(found.command, [...args, "--non-interactive"], { cwd, env, onOutput, onError, signal });
  return Object.assign(found, { run });
}

type Environment = Readonly<Record<string, string>>;
type Listener = (text: string) => void;

interface RunOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly onOutput: Listener | undefined;
  readonly onError: Listener | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What a command that Pulumi's library has run is to it. */
class Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;

  constructor(stdout: string, stderr: string, code: number) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.code = code;
  }

  toString(): string {
    return `code: ${this.code}\n stdout: ${this.stdout}\n stderr: ${this.stderr}\n`;
  }
}

async function runDetached(command: string, args: string[], options: RunOptions): Promise<Result> {
  const { createCommandError } = (await import("@pulumi/pulumi/automation/errors.js")) as unknown as {
    readonly createCommandError: (result: Result) => Error;
  };
  const env = { ...process.env, ...options.env, PULUMI_AUTOMATION_API: "true" };
  const child = spawn(command, args, { cwd: options.cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const cancel = () => child.kill("SIGINT");
  options.signal?.addEventListener("abort", cancel);
  if (options.signal?.aborted) cancel();
  const [stdout, stderr] = [collect(child.stdout, options.onOutput), collect(child.stderr, options.onError)];
  try {
    const code = await new Promise<number>((done, failed) => {
      child.on("error", failed).on("close", (status) => done(status ?? 1));
    });
    const result = new Result(stdout.join(""), stderr.join(""), code);
    if (code !== 0) throw createCommandError(result);
    return result;
  } finally {
    options.signal?.removeEventListener("abort", cancel);
  }
}

function collect(stream: NodeJS.ReadableStream, listener: Listener | undefined): string[] {
  const texts: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    texts.push(text);
    listener?.(text);
  });
  return texts;
}
