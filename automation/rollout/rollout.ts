import { randomUUID } from "node:crypto";
import { interrupted, UserError } from "../../packages/console/index.ts";
import { digestOf, type RolloutRecord } from "../hold/index.ts";
import {
  errorLine,
  explainPending,
  probeLock,
  readState,
  recover,
  type SelectedStack,
  selectStack,
} from "../stack/index.ts";
import type { Cause } from "../update/index.ts";
import { revisionOf, UpdateError, unlocked } from "./definition.ts";
import { Halt, haltedBy } from "./halt.ts";
import { instancesOf, letGo } from "./instances.ts";
import { beginRecord, endRecord, TakenOver, takeOver } from "./journal.ts";
import type { RolloutOptions } from "./options.ts";
import { idOf, type Place, placeOf, RGD, self } from "./place.ts";
import type { RolloutReport } from "./report.ts";
import { Run } from "./run.ts";
import { secondInterrupt } from "./signals.ts";
import type { Survey } from "./survey.ts";
import { lookAtDue } from "./verify.ts";

const NEVER = new AbortController().signal;

const tell = (text: string): void => console.error(text);

/** Rolls out what a survey has found. */
export async function begin(survey: Survey, options: RolloutOptions): Promise<RolloutReport> {
  const { selected, managed, live, change } = survey;
  const now = secondInterrupt();
  const place = await placeOf(managed, selected.stack.name, options, now);
  const after = await placeOf(managed, selected.stack.name, options, NEVER);
  const record: RolloutRecord = {
    id: idOfOwn(),
    driver: idOfOwn(),
    of: fullName(selected),
    by: self(),
    since: new Date().toISOString().replace(/\.\d+/, ""),
    phase: "holding",
    revision: revisionOf(live!),
    ...{ stages: options.stages, canary: options.canary, ignored: options.ignored },
    ...{ soak: options.soak, timeout: options.timeout, onFailure: options.onFailure },
    ...(change && { refuses: digestOf(change.after.spec) }),
    inputs: selected.state.resources!.find(({ urn }) => urn === place.resource.urn)!.inputs!,
  };
  const stale = await beginRecord(place, live!, record);
  if (stale !== undefined) {
    const now = { ...head(selected, place), revisions: { lastGood: record.revision, now: record.revision } };
    return { ...now, result: "refused", stages: [], held: [], sick: [], refused: [stale], notes: [], seconds: 0 };
  }
  return run(record, { selected, place, after, now, options, isResumed: false }, "forward", survey.notes);
}

/** Goes on with a rollout that was killed, or halted to be looked at, in its direction; or back. */
export async function goOn(options: RolloutOptions, direction: "forward" | "back"): Promise<RolloutReport> {
  const started = Date.now();
  const selected = await recovered(options);
  const now = secondInterrupt();
  const { stack, project, state } = selected;
  const managed = readState(state, project, stack.name);
  const place = await placeOf(managed, stack.name, options, now);
  const after = await placeOf(managed, stack.name, options, NEVER);
  const record = await takeOver(place, idOfOwn(), direction);
  if (record) {
    const { phase, by, since } = record;
    tell(
      `the rollout of ${place.name} that ${by} began at ${since} (${phase}) goes ${direction === "back" || phase === "back" ? "back" : "on"}`,
    );
    const context = { selected, place, after, now, options, isResumed: true };
    return run(record, context, phase === "back" ? "back" : direction);
  }
  const { held } = await instancesOf(place);
  if (held.length > 0 && direction === "forward") {
    throw new UserError(
      "what is to be rolled out is noted nowhere any more: `carts rollout --back` lets go what is held",
    );
  }
  await letGo(place.cluster, held);
  await endRecord(place);
  const live = await place.cluster.get({ ...RGD, name: place.name });
  if (!live) {
    throw new UserError(
      `there is no ${RGD.kind} ${place.name} any more: nothing is held, but kro does nothing for its instances until \`carts up\` has made it again`,
    );
  }
  const revision = revisionOf(live);
  const notes = held.length > 0 ? [`let go, by the definition that is there: ${held.map(idOf).join(", ")}`] : [];
  return {
    ...head(selected, place),
    ...{ result: held.length > 0 ? "succeeded" : "nothing", stages: [], held: [], sick: [], refused: [], notes },
    revisions: { lastGood: revision, now: revision },
    seconds: secondsSince(started),
  };
}

interface Context {
  readonly selected: SelectedStack;
  readonly place: Place;
  /** The same, for what is asked when everything has ended. */
  readonly after: Place;
  readonly now: AbortSignal;
  readonly isResumed: boolean;
  readonly options: RolloutOptions;
}

/** @param known - what is good to know already. */
async function run(
  record: RolloutRecord,
  context: Context,
  direction: "forward" | "back",
  known: readonly string[] = [],
): Promise<RolloutReport> {
  const { selected, place, now, options, isResumed } = context;
  const started = Date.now();
  const notes = new Set(known);
  const note = (text: string) => notes.add(text);
  const { message } = options;
  const rollout = new Run(record, { selected, place, signal: interrupted, now, isResumed, message, tell, note });
  let halted: unknown;
  let back: RolloutReport["back"];
  if (direction === "forward")
    halted = await rollout.forward().then(
      () => undefined,
      (error) => error ?? new Error(),
    );
  const goesBack =
    direction === "back" ||
    (halted !== undefined &&
      !(halted instanceof TakenOver) &&
      (record.onFailure === "back" || rollout.phase === "holding"));
  const halt = halted === undefined ? undefined : haltedBy(halted, causeOf(halted, place).message);
  let stuck: unknown;
  if (halt && !goesBack && !(halted instanceof TakenOver)) {
    await rollout.noteHalt(halt).catch((error) => note(`why it was halted is not noted: ${errorLine(error)}`));
  }
  if (goesBack) {
    if (halt) tell(`halted: ${halt.why}`);
    back = await rollout.back(halt).then(
      () => "done" as const,
      (error: unknown) => {
        stuck = error;
        return "failed" as const;
      },
    );
    if (stuck !== undefined) note(`the way back is not at its end: ${causeOf(stuck, place).message}`);
  }
  const ending = await endingOf(record, context, note);
  const isLate = halted instanceof Halt && halted.isLate;
  const failure = interrupted.aborted && !(halted instanceof Halt) ? "interrupted" : isLate ? "timed-out" : "failed";
  const cause = halted ?? stuck;
  const found = cause !== undefined ? causeOf(cause, place) : goesBack ? ending.sick[0]?.cause : undefined;
  return {
    ...head(selected, place),
    result: found === undefined ? "succeeded" : failure,
    ...(back && { back }),
    stages: rollout.stages,
    ...ending,
    refused: [],
    notes: [...notes],
    ...(found && { cause: found }),
    seconds: secondsSince(started),
  };
}

/** How all is when it ends, as far as that can still be asked. */
async function endingOf(
  { revision: lastGood, inputs, ignored }: RolloutRecord,
  { after: place }: Context,
  note: (text: string) => void,
): Promise<Pick<RolloutReport, "held" | "sick" | "revisions">> {
  try {
    const [live, { held }] = await Promise.all([place.cluster.get({ ...RGD, name: place.name }), instancesOf(place)]);
    const definitions = [inputs, live].flatMap((one) => (one ? [one as never] : []));
    const health = await lookAtDue(place, { definitions, ignored, note });
    const sick = health.flatMap(({ id, cause }) => (cause ? [{ instance: id, cause }] : []));
    return { held: held.map(idOf), sick, revisions: { lastGood, now: live ? revisionOf(live) : lastGood } };
  } catch (error) {
    note(
      `what is held can't be asked any more (${errorLine(error)}): \`carts rollout --resume\` or \`--back\` finds it`,
    );
    return { held: [], sick: [], revisions: { lastGood, now: lastGood } };
  }
}

function causeOf(error: unknown, { name }: Place): Cause {
  if (error instanceof Halt || error instanceof UpdateError) return error.why;
  const message = interrupted.aborted && !(error instanceof UserError) ? "interrupted" : errorLine(error);
  return { name: "pulumi", object: `${RGD.kind} ${name}`, message };
}

/** The stack, once what a killed run has left in its state is cleared. */
async function recovered(options: RolloutOptions): Promise<SelectedStack> {
  const selected = await selectStack(options);
  if (explainPending(selected.stack.name, selected.state) === undefined) return selected;
  await unlocked(selected, true, () => probeLock(selected));
  await recover(selected, { ...options, note: tell });
  return selectStack(options);
}

export const head = ({ stack, project }: SelectedStack, { name }: Pick<Place, "name">) =>
  ({ version: 1, command: "rollout", project, stack: stack.name, definition: name }) as const;

const idOfOwn = (): string => randomUUID().slice(0, 8);

const secondsSince = (started: number): number => Math.round((Date.now() - started) / 100) / 10;

/** `organization/project/stack`, as far as it is known. */
function fullName({ stack, project }: SelectedStack): string {
  return stack.name.includes("/") ? stack.name : `${project}/${stack.name}`;
}
