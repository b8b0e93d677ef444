import type { EngineEvent, OutputMap, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { type AwsSettings, awsClient } from "../../packages/aws/index.ts";
import { forced, hasColor, interrupted, isWatched } from "../../packages/console/index.ts";
import {
  errorOf,
  exportedState,
  kubeConfigOf,
  lockIn,
  type ManagedStack,
  type PulumiError,
  readState,
  readStateAgain,
  type SelectedStack,
  selectStack,
  shownOutputs,
  takeBack,
} from "../stack/index.ts";
import { type AskForAssociation, associationCause } from "./causes/association.ts";
import type { Cause, Evidence } from "./causes/cause.ts";
import { environmentCause } from "./causes/pulumi.ts";
import { rootCause } from "./causes/rootCause.ts";
import { Healing } from "./healing.ts";
import { VainWait } from "./inVain.ts";
import { type Left, leftBehind } from "./leftBehind.ts";
import { LiveFanout } from "./live/liveFanout.ts";
import { Printer } from "./live/printer.ts";
import type { InstanceState } from "./live/progress.ts";
import { UnderWay } from "./live/underWay.ts";
import { parallelOf } from "./parallel.ts";
import type { Result, UpdateOptions, UpdateReport } from "./report.ts";
import { begunInAws, thereAlready } from "./unheard.ts";
import { explainUnreachable } from "./unreachable.ts";

/** What is waited for of a resource. */
const TURN = { up: "come", destroy: "go" } as const;

/**
 * Runs Pulumi, shows what kro does meanwhile, and finds out why it failed if so. Where AWS had made something of which a
 * run had not heard, it takes that back and tries once more.
 *
 * @param report - makes a report of how it ended.
 * @throws what fails beside Pulumi; CommandError where somebody else has the stack's lock.
 */
export async function attemptUpdate(
  command: "up" | "destroy",
  selected: SelectedStack,
  options: UpdateOptions & Pick<Evidence, "stands">,
  report: (result: Result, found?: Partial<UpdateReport>) => UpdateReport,
): Promise<UpdateReport> {
  const { stack, project, configFile } = selected;
  const late = options.timeout === undefined ? undefined : AbortSignal.timeout(options.timeout);
  forced.addEventListener("abort", () => printer.write("SIGTERM: Pulumi ends now ...\n"));
  const vain = new AbortController();
  const signal = AbortSignal.any([interrupted, vain.signal, ...(late ? [late] : [])]);
  const { fanout, printer, healing } = follow(command, selected, options);
  const underWay = new UnderWay();
  let inVain: Cause | undefined;
  const { evidenceOf, freshEvidenceOf } = fanout;
  const wait = new VainWait({
    steps: () => underWay.steps,
    evidenceOf,
    freshEvidenceOf,
    stands: options.stands,
    onVain: (cause) => {
      if (signal.aborted) return;
      inVain = cause;
      vain.abort();
    },
  });
  signal.addEventListener("abort", () => {
    const why = inVain ? `it can't ${TURN[command]}` : late?.aborted ? "the time is over" : "interrupted";
    printer.write(`${why}: Pulumi finishes what it has begun ...\n`);
  });
  const errors: PulumiError[] = [];
  const inAws: StepEventMetadata[] = [];
  let changes = {};
  const onEvent = (event: EngineEvent) => {
    fanout.onEvent(event);
    underWay.onEvent(event);
    const error = errorOf(event);
    if (error) errors.push(error);
    inAws.push(...begunInAws(event));
    if (event.summaryEvent) changes = event.summaryEvent.resourceChanges;
  };
  const operation = {
    onEvent,
    signal,
    onOutput: printer.write,
    onError: printer.write,
    color: hasColor(process.stderr) ? ("always" as const) : ("never" as const),
    suppressProgress: true,
    suppressOutputs: true,
    showSecrets: false,
    configFile,
    message: options.message,
    parallel: parallelOf(options.parallel, process.env),
  };
  let outputs: OutputMap = {};
  let failure: unknown;
  try {
    signal.throwIfAborted();
    if (command === "up") outputs = (await stack.up(operation)).outputs;
    else await stack.destroy(operation);
  } catch (error) {
    failure = error;
    if (!interrupted.aborted) await fanout.answered();
  } finally {
    wait.stop();
  }
  const { instances, ...evidence } = fanout.snapshot();
  healing.stop();
  printer.end();
  fanout.stop();
  const before = readState(selected.state, project, stack.name);
  const left =
    command === "destroy" && !interrupted.aborted ? await whatIsLeft(selected, before, instances) : undefined;
  const found = { changes, instances, healed: healing.healed, outputs: shownOutputs(outputs), ...(left && { left }) };
  if (failure === undefined) return report("succeeded", found);
  if (failure instanceof Error && lockIn(failure.message)) throw failure;
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  if (!(failure instanceof CommandError) && !signal.aborted) throw failure;
  if (interrupted.aborted) return report("interrupted", found);
  if (inVain) return report("failed", { ...found, cause: inVain });
  const unheard = options.resume && command === "up" ? thereAlready(inAws, errors) : [];
  if (unheard.length > 0) {
    const now = await selectStack(options);
    if (await takeBack(now, unheard, { ...options, note: (text) => console.error(text) })) {
      return attemptUpdate(command, await selectStack(options), options, report);
    }
  }
  // Pulumi may not have come to its program: what it lacks, only the command itself says then.
  const inTheWay = await associationCause(errors, inAws, stack.name, askForAssociation(selected, signal));
  const seen =
    inTheWay ?? rootCause(errors, evidence) ?? (late?.aborted ? undefined : environmentCause(failure, command));
  const cause = seen?.name === "unreachable" ? await explainUnreachable(seen, command, before, stack.name) : seen;
  return report(late?.aborted ? "timed-out" : "failed", { ...found, cause });
}

/** What a destroy has not deleted. */
async function whatIsLeft(
  selected: SelectedStack,
  before: ManagedStack,
  instances: readonly InstanceState[],
): Promise<readonly Left[]> {
  const { stack, project } = selected;
  const after = await exportedState(stack).then(
    (state) => readState(state, project, stack.name),
    () => undefined,
  );
  return leftBehind(before, after, instances, (text) => console.error(`note: ${text}`));
}

const askForAssociation =
  (selected: SelectedStack, signal: AbortSignal): AskForAssociation =>
  async ({ provider = "" }, key) => {
    const { changes } = await readStateAgain(selected);
    const settings = changes.find(({ urn }) => provider.startsWith(`${urn}::`))?.after ?? {};
    return awsClient(settings as AwsSettings, signal).association(...key);
  };

/** Shows on stderr what kro does, and in an `up` heals what only came too early. */
function follow(
  command: "up" | "destroy",
  selected: SelectedStack,
  options: UpdateOptions,
): { readonly fanout: LiveFanout; readonly printer: Printer; readonly healing: Healing } {
  const { stack, project } = selected;
  const fanout: LiveFanout = new LiveFanout({
    project,
    stack: stack.name,
    // Pulumi is done with the provider by then, and has noted it.
    kubeConfig: (plan, provider) => kubeConfigOf(plan, options, () => readStateAgain(selected), provider),
    state: selected.state,
    onChange: () => {
      printer.changed();
      if (command === "up") healing.look();
    },
    note: (text) => printer.write(`note: ${text}\n`),
  });
  const healing: Healing = new Healing({
    seen: () => fanout.snapshot(),
    cluster: () => fanout.cluster(),
    note: (text) => printer.write(`note: ${text}\n`),
  });
  const { stderr } = process;
  const printer = new Printer({
    stream: stderr,
    redraw: isWatched(stderr),
    color: hasColor(stderr),
    state: () => fanout.snapshot().instances,
  });
  return { fanout, printer, healing };
}
