import { isDeepStrictEqual } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { printable, UserError } from "../../packages/console/index.ts";
import { type Plan, type Step, toChanges } from "../../packages/kro-preview/index.ts";
import { conflictsIn, type FieldConflict } from "../../packages/live/index.ts";
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
  /** Called with each field that another manager than Pulumi has taken. */
  readonly onConflict?: (conflict: TakenField) => void;
}

/** A field of a resource, and who has taken it. */
export interface TakenField extends FieldConflict {
  readonly urn: string;
}

/**
 * Runs `pulumi preview`, in the environment of this process: backend, passphrase and credentials are the user's own.
 *
 * The Kubernetes plugin previews an update without that by which the update itself takes over what kubectl has written.
 * Where its dry run ends in such a conflict, it is run once more by force, which changes as little.
 *
 * @throws UserError when there is no such project or stack, or the program fails. Pulumi has printed why by then.
 */
export async function previewPlan(options: PreviewOptions): Promise<Plan> {
  const { onOutput, color, signal, onConflict = () => {}, onRunning, ...choice } = options;
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  const open = await openStack(choice);
  const { stack, project, configFile } = open;
  signal.throwIfAborted();
  // Beside the preview, which takes longer.
  const running = onRunning && runningUpdate(open);
  const run = async () => {
    const steps: Step[] = [];
    const conflicts: TakenField[] = [];
    const onEvent = ({ resourcePreEvent, diagnosticEvent }: EngineEvent) => {
      if (resourcePreEvent) steps.push(resourcePreEvent.metadata);
      const { severity, urn, message } = diagnosticEvent ?? {};
      if (severity === "error" && urn) conflicts.push(...conflictsIn(message!).map((one) => ({ urn, ...one })));
    };
    const preview = stack.preview({
      configFile,
      signal,
      color: color ? "always" : "never",
      suppressOutputs: true,
      suppressProgress: true,
      onOutput,
      onError: onOutput,
      onEvent,
    });
    const failure = await preview.then(
      () => undefined,
      (error: unknown) => error,
    );
    return { steps, conflicts, failure };
  };
  let { steps, failure, conflicts } = await run();
  if (failure instanceof CommandError && conflicts.length > 0) {
    for (const conflict of conflicts) onConflict(conflict);
    const taken = conflicts.map(({ path, manager }) => `${path} by ${manager}`).join(", ");
    onOutput(`Fields are taken (${printable(taken)}): once more, as if they were Pulumi's ...\n`);
    stack.workspace.envVars = { ...stack.workspace.envVars, [FORCE]: "true" };
    ({ steps, failure } = await run());
    steps = steps.map(withoutForce);
  }
  if (failure instanceof CommandError) throw new UserError(`Pulumi's preview failed${failureText(failure)}`);
  if (failure !== undefined) throw failure;
  const found = await running;
  if (found !== undefined) onRunning?.(found);
  const readState = async () => (await stack.exportStack()).deployment as StackState;
  return { project, stack: choice.stack, changes: toChanges(await unmaskSteps(steps, readState)) };
}

/** The plugin applies by force. Of the program's SDK it is a setting of each of its providers, too. */
const FORCE = "PULUMI_K8S_ENABLE_PATCH_FORCE";

function withoutForce(step: Step): Step {
  const { type, op, old, new: next } = step;
  if (type !== "pulumi:providers:kubernetes" || !next?.inputs || old?.inputs?.enablePatchForce !== undefined)
    return step;
  const { enablePatchForce: _, ...inputs } = next.inputs;
  const isSame = op === "update" && isDeepStrictEqual(inputs, old?.inputs);
  return { ...step, op: isSame ? "same" : op, new: { ...next, inputs } };
}
