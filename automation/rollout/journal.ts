import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../packages/console/index.ts";
import { ALLOW_BREAKING_CHANGES } from "../../packages/kro/index.ts";
import { ApiError, type LiveObject } from "../../packages/live/index.ts";
import {
  MANAGER,
  REFUSED,
  ROLLOUT,
  type RolloutRecord,
  recordOf,
  recordText,
  refusedBefore,
  refusedText,
} from "../hold/index.ts";
import { type Place, RGD } from "./place.ts";

/** Another command is at a rollout by now, or has ended it: the one that hears it changes nothing any more. */
export class TakenOver extends UserError {}

/**
 * Notes that a rollout begins, if the RGD is still what was looked at and no other rollout has begun.
 *
 * @returns why not.
 */
export async function beginRecord(place: Place, seen: LiveObject, record: RolloutRecord): Promise<string | undefined> {
  let why: string | undefined;
  await rewrite(place, ({ metadata }, found) => {
    const isSame = metadata.uid === seen.metadata.uid && metadata.generation === seen.metadata.generation;
    why = found
      ? `another rollout of ${place.name} was begun meanwhile by ${found.by}`
      : isSame
        ? undefined
        : `the ${RGD.kind} ${place.name} was changed since the plan was made, so that it is not what was last good any more`;
    return why === undefined ? { [ROLLOUT]: recordText(record) } : undefined;
  });
  return why;
}

/**
 * Goes on with a rollout in place of the command that was at it, or back. One that goes forward has no halt behind it any more.
 *
 * @returns undefined where none is noted.
 */
export async function takeOver(
  place: Place,
  driver: string,
  direction: "forward" | "back",
): Promise<RolloutRecord | undefined> {
  let taken: RolloutRecord | undefined;
  await rewrite(place, (_, found) => {
    const isOn = direction === "forward" && found?.phase !== "back";
    const { why, isSpared, ...rest } = found ?? {};
    taken = found && ({ ...(isOn ? rest : found), driver } as RolloutRecord);
    return taken && { [ROLLOUT]: recordText(taken) };
  });
  return taken;
}

/**
 * Notes how far a rollout is. On the way back kro may take fields away that the change has added, which it refuses else.
 *
 * @throws TakenOver
 */
export const writeRecord = (place: Place, record: RolloutRecord): Promise<void> =>
  rewrite(place, (_, found) => annotationsOf(record, found ?? record));

/**
 * The same of one that stays as it is: it may have been ended meanwhile, and is not begun anew.
 *
 * @throws TakenOver
 */
export const writeHalt = (place: Place, record: RolloutRecord): Promise<void> =>
  rewrite(place, (_, found) => found && annotationsOf(record, found));

function annotationsOf(record: RolloutRecord, found: RolloutRecord): Readonly<{ [name: string]: string }> {
  assertOwn(found, record);
  const allows = record.phase === "back" && !isAllowed(record);
  const text = recordText({ ...record, ...(allows && { allows }) });
  return { [ROLLOUT]: text, ...(allows && { [ALLOW_BREAKING_CHANGES]: "true" }) };
}

/** Whether the last good definition lets kro take fields away itself. */
function isAllowed({ inputs }: RolloutRecord): boolean {
  const { annotations } = (inputs.metadata ?? {}) as Partial<LiveObject["metadata"]>;
  return annotations?.[ALLOW_BREAKING_CHANGES] === "true";
}

/**
 * Notes that a rollout is over: also what it went back from, for those who would give it to every instance at once. One that
 * came to its end well has put an end to that.
 *
 * @param record - what was noted last; default: whatever is noted there.
 * @throws TakenOver, also where nothing is noted any more.
 */
export const endRecord = (place: Place, record?: RolloutRecord): Promise<void> =>
  rewrite(place, (live, found) => {
    if (record) assertOwn(found, record);
    if (live.metadata.annotations?.[ROLLOUT] === undefined) return undefined;
    return {
      [ROLLOUT]: null,
      ...(found?.allows && { [ALLOW_BREAKING_CHANGES]: null }),
      ...(found?.phase === "staging" && refusedBefore(live) && { [REFUSED]: null }),
      ...(found?.phase === "back" && refusalIn(found)),
    };
  });

/** Nothing of a definition that no instance has had, or that is not to blame. */
function refusalIn(record: RolloutRecord): Readonly<{ [name: string]: string }> {
  const { refuses: digest, generation, isSpared = false, of, by, why = "" } = record;
  if (digest === undefined || generation === undefined || isSpared) return {};
  return { [REFUSED]: refusedText({ digest, of, by, at: new Date().toISOString().replace(/\.\d+/, ""), why }) };
}

/** @throws TakenOver unless a rollout is still this command's; one of which nothing is noted is nobody's. */
export function assertOwn(found: RolloutRecord | undefined, { driver, id }: RolloutRecord): void {
  if (found?.driver === driver) return;
  throw new TakenOver(
    found?.id === id
      ? "another `carts rollout --resume` or `--back` goes on with this rollout: this one has changed nothing since"
      : "another command has ended this rollout: this one has changed nothing since",
  );
}

/** What was being rolled out is not what kro serves. */
export class ChangedMeanwhile extends Error {}

/** @throws ChangedMeanwhile where an RGD that is being rolled out is another by now. */
export function assertUnchanged({ metadata }: LiveObject, { phase, generation }: RolloutRecord): void {
  if (phase !== "staging" || generation === undefined || metadata.generation === generation) return;
  throw new ChangedMeanwhile(
    `somebody has changed the ${RGD.kind} ${metadata.name} meanwhile: what was being rolled out is not what kro serves`,
  );
}

/** Writes annotations of the RGD as it is now: none where there is no RGD. */
async function rewrite(
  { cluster, name }: Place,
  annotationsFor: (
    live: LiveObject,
    found: RolloutRecord | undefined,
  ) => Readonly<{ [name: string]: string | null }> | undefined,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const live = await cluster.get({ ...RGD, name });
    if (!live) return;
    const annotations = annotationsFor(live, recordOf(live));
    if (!annotations) return;
    const { resourceVersion } = live.metadata;
    try {
      await cluster.patch({ ...RGD, name }, { metadata: { resourceVersion, annotations } }, MANAGER);
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409) || tries === 20) throw error;
      await sleep(50 * tries);
    }
  }
}
