import { isDeepStrictEqual } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { printable, UserError } from "../../packages/console/index.ts";
import { type Plan, type Step, toChanges } from "../../packages/kro-preview/index.ts";
import { conflictsIn, type FieldConflict } from "../../packages/live/index.ts";
import { exportedState } from "./exported.ts";
import { errorOf, failureText, type PulumiError } from "./pulumiError.ts";
import { runningUpdate } from "./runningUpdate.ts";
import { openStack, type StackChoice } from "./selection.ts";
import { nameOfUrn } from "./state.ts";
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
 * Where its dry run ends in such a conflict, it is run once more by force, which changes as little. Of what is gone it
 * previews no change at all: the preview is run once more with a refresh then, which the state does not keep.
 *
 * Pulumi 3.274 serializes the whole state before and after each step of a preview as well, and then drops it: that is left out,
 * unless the user's own environment says otherwise.
 *
 * @throws UserError when there is no such project or stack, or the program fails. Pulumi has printed why by then.
 */
export async function previewPlan(options: PreviewOptions): Promise<Plan> {
  const { onOutput, color, signal, onConflict = () => {}, onRunning, ...choice } = options;
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  const open = await openStack(choice);
  const { stack, project, configFile } = open;
  // Of this workspace alone, which changes nothing: an update that is killed would have noted nothing.
  if (process.env[SKIP_CHECKPOINTS] === undefined) stack.workspace.envVars = { [SKIP_CHECKPOINTS]: "true" };
  signal.throwIfAborted();
  // Beside the preview, which takes longer.
  const running = onRunning && runningUpdate(open);
  const run = async (refresh = false) => {
    const steps: Step[] = [];
    const conflicts: TakenField[] = [];
    const errors: PulumiError[] = [];
    const gone = new Set<string>();
    let isWhole = false;
    const onEvent = (event: EngineEvent) => {
      const { resourcePreEvent, summaryEvent } = event;
      // The last of them. The file that Pulumi writes them to is read beside it, and may be read too late.
      if (summaryEvent) isWhole = true;
      if (resourcePreEvent && resourcePreEvent.metadata.op !== "refresh") steps.push(resourcePreEvent.metadata);
      const error = errorOf(event);
      if (error) errors.push(error);
      const { urn, message } = error ?? {};
      if (!urn || !message) return;
      conflicts.push(...conflictsIn(message).map((one) => ({ urn, ...one })));
      if (isGone(message, steps.find((step) => step.urn === urn)?.old)) gone.add(titleOf(urn));
    };
    const preview = stack.preview({
      refresh,
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
    return { steps, conflicts, errors, gone, failure, isWhole };
  };
  let [byForce, refresh] = [false, false];
  let found = await run();
  while (found.failure instanceof CommandError) {
    const { conflicts, gone } = found;
    if (conflicts.length > 0 && !byForce) {
      byForce = true;
      for (const conflict of conflicts) onConflict(conflict);
      const taken = conflicts.map(({ path, manager }) => `${path} by ${manager}`).join(", ");
      onOutput(`Fields are taken (${printable(taken)}): once more, as if they were Pulumi's ...\n`);
      stack.workspace.envVars = { ...stack.workspace.envVars, [FORCE]: "true" };
    } else if (gone.size > 0 && !refresh) {
      refresh = true;
      onOutput(
        `Gone: ${printable([...gone].join(", "))}, which \`carts up\` makes anew: once more, with a refresh ...\n`,
      );
    } else break;
    found = await run(refresh);
  }
  const isLost = () => found.failure === undefined && !found.isWhole;
  if (isLost()) {
    onOutput("What Pulumi is going to do did not arrive here: once more ...\n");
    found = await run(refresh);
  }
  if (isLost()) throw new UserError("Pulumi's preview succeeded, but its steps did not arrive here: try again");
  const { failure, errors } = found;
  const steps = byForce ? found.steps.map(withoutForce) : found.steps;
  if (failure instanceof CommandError) throw new UserError(`Pulumi's preview failed${failureText(failure, errors)}`);
  if (failure !== undefined) throw failure;
  const other = await running;
  if (other !== undefined) onRunning?.(other);
  const readState = () => exportedState(stack);
  return { project, stack: choice.stack, changes: toChanges(await unmaskSteps(steps, readState)) };
}

/** Whether an error says that a resource in Kubernetes is not there, and not something else that it needs. */
function isGone(message: string, old: { readonly id?: string } | undefined): boolean {
  const name = old?.id?.split("/").at(-1);
  return name !== undefined && message.includes(` "${name}" not found`);
}

/** `CartsStack carts` */
const titleOf = (urn: string): string => `${urn.split("::")[2]!.split(":").at(-1)} ${nameOfUrn(urn)}`;

/**
 * Pulumi writes the state at the end alone.
 *
 * @see https://github.com/pulumi/pulumi/issues/10668
 */
const SKIP_CHECKPOINTS = "PULUMI_SKIP_CHECKPOINTS";

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
