import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { hasColor, UserError } from "../../packages/console/index.ts";
import { kroHealth, type LiveObject } from "../../packages/live/index.ts";
import type { RolloutRecord } from "../hold/index.ts";
import { errorOf, exportedState, lockIn, type PulumiError, releaseLock, type SelectedStack } from "../stack/index.ts";
import { type Cause, rootCause } from "../update/index.ts";
import { type Place, RGD } from "./place.ts";
import { type DeclaredState, restoreProgram } from "./restoreProgram.ts";

/** Why an update of the RGD failed. */
export class UpdateError extends Error {
  readonly why: Cause;

  constructor(why: Cause) {
    super(why.message);
    this.why = why;
  }
}

/** Somebody else has the stack's lock. */
export class Locked extends UserError {}

interface Updating {
  readonly message: string;
  readonly signal: AbortSignal;
  /** What a killed run had begun is gone on with: a lock of this user's that it may have left is broken. */
  readonly isResumed: boolean;
}

/** Changes the RGD as the stack's program has it, and nothing else of the stack. */
export const changeDefinition = (selected: SelectedStack, place: Place, options: Updating): Promise<void> =>
  update(selected, place, options);

/** Brings the last good definition back, and nothing else of the stack: into its state and into the cluster. */
export async function restoreDefinition(
  selected: SelectedStack,
  place: Place,
  { inputs }: RolloutRecord,
  options: Updating,
): Promise<void> {
  const { resources = [] } = await exportedState(selected.stack);
  const program = restoreProgram(resources as readonly DeclaredState[], place.resource.urn, inputs);
  await update(selected, place, options, program);
}

async function update(
  selected: SelectedStack,
  place: Place,
  { message, signal, isResumed }: Updating,
  program?: PulumiFn,
) {
  const { stack, configFile } = selected;
  const errors: PulumiError[] = [];
  const write = (text: string) => void process.stderr.write(text);
  const run = () =>
    stack.up({
      ...(program && { program }),
      ...{ target: [place.resource.urn], configFile, message, signal, showSecrets: false },
      ...{ onOutput: write, onError: write, suppressProgress: true, suppressOutputs: true },
      color: hasColor(process.stderr) ? "always" : "never",
      onEvent: (event: EngineEvent) => {
        const error = errorOf(event);
        if (error) errors.push(error);
      },
    });
  try {
    await unlocked(selected, isResumed, run);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const live = await place.cluster.get({ ...RGD, name: place.name }).catch(() => undefined);
    const evidence = { followed: [], objects: live ? [live] : [], warnings: [] };
    const cause = signal.aborted ? undefined : rootCause(errors, evidence);
    if (!cause) throw error;
    throw new UpdateError(cause);
  }
}

/**
 * Does what takes the stack's lock, and once more where a killed run of this user's had left it: on this machine, where that
 * can be seen, or on any where a rollout is gone on with.
 *
 * @throws Locked where somebody else has it.
 */
export async function unlocked<T>(selected: SelectedStack, isResumed: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const lock = lockIn(error instanceof Error ? error.message : "");
    if (!lock) throw error;
    const refusal = await releaseLock(selected, lock, isResumed || lock.holder?.host === hostname());
    if (refusal) throw new Locked(refusal);
    return work();
  }
}

/** Milliseconds between two looks. */
const INTERVAL = 500;

/**
 * Waits until kro serves the RGD as it is: its newest GraphRevision is compiled, and every instance that kro brings about
 * from now on is of it.
 *
 * @returns its number.
 * @throws Error with what kro says, once the time is over.
 */
export async function untilServed({ cluster, name }: Place, timeout: number, signal: AbortSignal): Promise<number> {
  for (const end = Date.now() + timeout; ; ) {
    signal.throwIfAborted();
    const live = await cluster.get({ ...RGD, name });
    if (live && kroHealth(live).isReady) return revisionOf(live);
    if (Date.now() > end) {
      const found = live ? kroHealth(live).found : "it is gone";
      throw new Error(`kro does not serve the ${RGD.kind} ${name} as it is now: ${found}`);
    }
    await sleep(INTERVAL, undefined, { signal });
  }
}

/** Number of the last GraphRevision that kro has made of an RGD. */
export const revisionOf = ({ status }: LiveObject): number => Number(status?.lastIssuedRevision ?? 0);
