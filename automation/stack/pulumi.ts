import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { forced, UserError } from "../../packages/console/index.ts";

/**
 * The pulumi on PATH, each run in a process group of its own: a terminal sends Ctrl-C to a whole group, and of a second
 * one, after the one that the signal here sends, Pulumi would leave everything as it is at once.
 *
 * @throws UserError when there is none, or it is too old.
 */
export async function pulumiOnPath(): Promise<PulumiCommand> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  const found = await PulumiCommand.get().catch((error: Error) => {
    const missing = /ENOENT/.test(error.message);
    throw new UserError(
      missing ? "there is no pulumi on PATH: see https://www.pulumi.com/docs/iac/download-install" : error.message,
    );
  });
  return Object.assign(found, { run: runPulumi });
}

type Listener = (line: string) => void;

interface Result {
  readonly stdout: string;
}

/** Parts of Pulumi's library that are not among its documented types. */
interface Internals {
  readonly CommandResult: new (stdout: string, stderr: string, code: number) => Result;
  readonly createCommandError: (result: Result) => Error;
}

/**
 * Stands in for the library's own, which Ctrl-C reaches as well, and which hands on halves of lines.
 *
 * @param signal - sends one SIGINT: Pulumi finishes what it has begun, or gives it up.
 * @param now - sends another once there was one: Pulumi notes what it has begun, unlocks the stack, and ends.
 * @throws CommandError of the library, unless the exit code is 0.
 */
export async function runPulumi(
  args: readonly string[],
  cwd: string,
  variables: NodeJS.ProcessEnv,
  onOutput?: Listener,
  onError?: Listener,
  signal?: AbortSignal,
  now = forced,
): Promise<Result> {
  const { execa } = await import("execa");
  const { CommandResult } = (await import("@pulumi/pulumi/automation/cmd.js")) as unknown as Internals;
  const { createCommandError } = (await import("@pulumi/pulumi/automation/errors.js")) as unknown as Internals;
  const env = { ...variables, PULUMI_AUTOMATION_API: "true" };
  const options = { cwd, env, detached: true, stdin: "ignore", reject: false, maxBuffer: Infinity } as const;
  const child = execa("pulumi", [...args, "--non-interactive"], { ...options, forceKillAfterDelay: false });
  const cancel = () => child.kill("SIGINT");
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  if (signal) now.addEventListener("abort", cancel);
  const hear = async (from: "stdout" | "stderr", listener: Listener | undefined) => {
    if (listener) for await (const line of child.iterable({ from })) listener(`${line}\n`);
  };
  const [finished] = await Promise.all([child, hear("stdout", onOutput), hear("stderr", onError)]);
  for (const one of [signal, now]) one?.removeEventListener("abort", cancel);
  const { exitCode, stdout = "", stderr = "" } = finished;
  const unsaid = exitCode === undefined ? `error: ${endingOf(finished)}\n` : "";
  if (unsaid && !signal?.aborted) onError?.(unsaid);
  const said = [stderr, unsaid].filter(Boolean).join("\n");
  const result = new CommandResult(stdout, said, exitCode ?? 1);
  if (exitCode !== 0) throw createCommandError(result);
  return result;
}

/** Why there is no exit code: Pulumi itself can't say it. */
const endingOf = ({
  signal,
  originalMessage,
}: {
  readonly signal?: string;
  readonly originalMessage?: string;
}): string => (signal ? `pulumi was ended by ${signal}` : `pulumi can't be run: ${originalMessage}`);
