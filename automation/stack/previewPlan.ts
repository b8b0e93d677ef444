import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../packages/console/index.ts";
import { type Plan, type Step, toChanges } from "../../packages/kro-preview/index.ts";
import { failureText } from "./pulumiError.ts";
import { runningUpdate } from "./runningUpdate.ts";
import { openStack, type StackChoice } from "./selection.ts";
import type { StackState } from "./state.ts";
import { unmaskSteps } from "./unmaskSteps.ts";

/** Which stack is previewed, and who hears of the progress. */
export interface PreviewOptions extends StackChoice {
  /** Called with what Pulumi prints, as it prints it. */
  readonly onOutput: (text: string) => void;
  /** Whether Pulumi prints in colours. */
  readonly color: boolean;
  /** Cancels the preview. */
  readonly signal: AbortSignal;
  /** Called with a sentence when an update of the stack is running. Default: that is not looked for. */
  readonly onRunning?: (text: string) => void;
}

/**
 * Runs `pulumi preview`, in the environment of this process: backend, passphrase and credentials are the user's own.
 *
 * @throws UserError when there is no such project or stack, or the program fails. Pulumi has printed why by then.
 */
export async function previewPlan({ onOutput, color, signal, onRunning, ...choice }: PreviewOptions): Promise<Plan> {
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  const open = await openStack(choice);
  const { stack, project, configFile } = open;
  signal.throwIfAborted();
  // Beside the preview, which takes longer.
  const running = onRunning && runningUpdate(open);
  const steps: Step[] = [];
  const preview = stack.preview({
    configFile,
    signal,
    color: color ? "always" : "never",
    suppressOutputs: true,
    suppressProgress: true,
    onOutput,
    onError: onOutput,
    onEvent: ({ resourcePreEvent }: EngineEvent) => {
      if (resourcePreEvent) steps.push(resourcePreEvent.metadata);
    },
  });
  await preview.catch((error: unknown) => {
    throw error instanceof CommandError ? new UserError(`Pulumi's preview failed${failureText(error)}`) : error;
  });
  const found = await running;
  if (found !== undefined) onRunning?.(found);
  const readState = async () => (await stack.exportStack()).deployment as StackState;
  return { project, stack: choice.stack, changes: toChanges(await unmaskSteps(steps, readState)) };
}
