import type { EngineEvent, OutputMap, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { type AwsSettings, awsClient, preloadAws } from "../../packages/aws/index.ts";
import { forced, hasColor, interrupted, isWatched } from "../../packages/console/index.ts";
import { type Drift, driftLines } from "../../packages/kro-preview/index.ts";
import { preload } from "../../packages/live/index.ts";
import { preflight } from "../doctor/index.ts";
import {
  completeTaken,
  errorOf,
  explainPending,
  exportedState,
  kubeConfigOf,
  lockIn,
  type ManagedStack,
  type PulumiError,
  probeLock,
  quickDrift,
  readState,
  readStateAgain,
  recover,
  refreshDrift,
  releaseLeft,
  releaseLock,
  type SelectedStack,
  selectStack,
  shownOutputs,
  takeBack,
} from "../stack/index.ts";
import { type AskForAssociation, associationCause } from "./causes/association.ts";
import type { Cause, CauseName, Evidence } from "./causes/cause.ts";
import { groundCause } from "./causes/ground.ts";
import { suspendedTexts } from "./causes/held.ts";
import { environmentCause } from "./causes/pulumi.ts";
import { rootCause } from "./causes/rootCause.ts";
import { definitionInUse } from "./definitionsInUse.ts";
import { Healing } from "./healing.ts";
import { VainWait } from "./inVain.ts";
import { type Left, leftBehind } from "./leftBehind.ts";
import { LiveFanout } from "./live/liveFanout.ts";
import { Printer } from "./live/printer.ts";
import type { InstanceState } from "./live/progress.ts";
import { UnderWay } from "./live/underWay.ts";
import { parallelOf } from "./parallel.ts";
import type { Result, UpdateOptions, UpdateReport } from "./report.ts";
import { forgetRolledBack, rolledBack } from "./rolledBack.ts";
import { heldByRollout, rolloutUnderWay } from "./rolloutUnderWay.ts";
import { standingRefusals } from "./standing.ts";
import { tableNotRetained } from "./tableNotRetained.ts";
import { begunInAws, thereAlready } from "./unheard.ts";
import { explainUnreachable } from "./unreachable.ts";
import { refusedTables } from "./wakeAck.ts";

/** What is waited for of a resource. */
const TURN = { up: "come", destroy: "go" } as const;

/** Runs `pulumi up` or `pulumi destroy`, shows what kro does meanwhile, and finds out why it failed if so. */
export async function update(command: "up" | "destroy", options: UpdateOptions): Promise<UpdateReport> {
  const started = Date.now();
  preload();
  if (command === "up") preloadAws();
  let selected = await selectStack(options);
  let drift: readonly Drift[] = [];
  const { project, stack } = selected;
  const report = (result: Result, found: Partial<UpdateReport> = {}): UpdateReport => ({
    version: 1,
    command,
    project,
    stack: stack.name,
    result,
    changes: {},
    outputs: {},
    drift,
    instances: [],
    healed: [],
    ...found,
    seconds: Math.round((Date.now() - started) / 100) / 10,
  });
  const blocked = (name: CauseName, message: string) =>
    report("blocked", { cause: { name, object: stack.name, message } });
  try {
    const pending = explainPending(stack.name, selected.state);
    if (pending) {
      await probeLock(selected);
      if (!options.resume) return blocked("pending-operations", pending);
      await recover(selected, { ...options, note: (text) => console.error(text) });
      selected = await selectStack(options);
    }
    if (await completeTaken(command, selected, (text) => console.error(text))) selected = await selectStack(options);
    const managed = readState(selected.state, project, stack.name);
    const look = { ...options, note: (text: string) => console.error(`note: ${text}`) };
    const [use, loss, refused, found, wrong, rollout] = await Promise.all([
      definitionInUse(command, managed.revealed, look),
      command === "destroy" ? tableNotRetained(managed, look) : undefined,
      refusedTables(managed, look),
      command === "up" ? quickDrift(managed, options) : undefined,
      command === "up" && options.preflight !== false
        ? preflight(selected, managed, { ...look, signal: interrupted })
        : [],
      command === "destroy" ? rolloutUnderWay(managed, look) : undefined,
    ]);
    const { cause: held, objects } = found
      ? await heldByRollout(managed, look, found)
      : { cause: rollout, objects: new Map() };
    const early = held ?? use ?? loss ?? groundCause(wrong);
    const stop = early ?? (options.allowRolledBack ? undefined : await rolledBack(managed, objects, look));
    if (stop) return report("blocked", { cause: stop });
    await refused.wake();
    found?.notes.forEach(look.note);
    if (command === "up") for (const text of suspendedTexts([...objects.values()])) look.note(text);
    if (found) await releaseLeft(selected, managed, found.objects, look);
    drift = found?.strays.map((stray) => stray.drift) ?? [];
    if (drift.length > 0) {
      console.error(["not as the last update left it, and put right now:", ...driftLines(drift)].join("\n"));
      await refreshDrift(selected, drift);
      selected = await selectStack(options);
    }
    const stands = standingRefusals(refused.tables);
    const done = await attemptUpdate(command, selected, { ...options, stands }, report);
    if (done.result === "succeeded") await forgetRolledBack(selected, managed, objects, look);
    return done;
  } catch (error) {
    const lock = lockIn(error instanceof Error ? error.message : "");
    if (!lock) throw error;
    const refusal = await releaseLock(selected, lock, options.resume === true);
    if (refusal) return blocked("locked", refusal);
    console.error("the lock is broken; going on ...");
    // What the killed run had begun may be known only now.
    return update(command, options);
  }
}

async function attemptUpdate(
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
  const seen = inTheWay ?? rootCause(errors, evidence) ?? (late?.aborted ? undefined : environmentCause(failure));
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
