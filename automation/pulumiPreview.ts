import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { CartsError } from "./errors.ts";
import { type Plan, type Step, toChanges } from "./plan.ts";

/** Which stack is previewed, and who hears of the progress. */
export interface PreviewOptions {
  readonly stack: string;
  /** Folder of the Pulumi project. */
  readonly cwd: string;
  /** Path of the stack's config. Default: `Pulumi.<stack>.yaml` in the project. */
  readonly configFile?: string;
  /** Called with what Pulumi prints, as it prints it. */
  readonly onOutput: (text: string) => void;
  /** Whether Pulumi prints in colours. */
  readonly color: boolean;
  /** Cancels the preview. */
  readonly signal: AbortSignal;
}

/**
 * Runs `pulumi preview`, in the environment of this process: backend, passphrase and credentials are the user's own.
 *
 * @throws CartsError when there is no such project or stack, or the program fails. Pulumi has printed why by then.
 */
export async function previewPlan({ stack: name, cwd, onOutput, ...options }: PreviewOptions): Promise<Plan> {
  const { CommandError, LocalWorkspace, Stack } = await import("@pulumi/pulumi/automation/index.js");
  const workspace = await LocalWorkspace.create({ workDir: cwd }).catch(explainStart);
  const { name: project } = await workspace.projectSettings().catch(() => {
    throw new CartsError(`there is no Pulumi project in ${cwd}: --cwd names its folder`);
  });
  // Every command names its stack. To select it as well would change the stack of the user's own shell.
  workspace.selectStack = async () => {};
  const stack = await Stack.select(name, workspace);
  options.signal.throwIfAborted();
  const steps: Step[] = [];
  const preview = stack.preview({
    ...options,
    color: options.color ? "always" : "never",
    suppressOutputs: true,
    suppressProgress: true,
    onOutput,
    onError: onOutput,
    onEvent: ({ resourcePreEvent }: EngineEvent) => {
      if (resourcePreEvent) steps.push(resourcePreEvent.metadata);
    },
  });
  await preview.catch((error: unknown) => {
    throw error instanceof CommandError ? new CartsError("Pulumi's preview failed, see above") : error;
  });
  return { project, stack: name, changes: toChanges(steps) };
}

function explainStart(error: Error): never {
  const missing = /ENOENT/.test(error.message);
  throw new CartsError(
    missing ? "there is no pulumi on PATH: see https://www.pulumi.com/docs/iac/download-install" : error.message,
  );
}
