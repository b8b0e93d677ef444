import { setTimeout as sleep } from "node:timers/promises";
import type { Definition } from "../../packages/kro/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import { type Health, healthOf, kindsOf, PATIENCES, surroundings } from "./health.ts";
import { instancesOf } from "./instances.ts";
import { idOf, type Place } from "./place.ts";

/** Milliseconds between two looks. */
const INTERVAL = 1500;

export interface VerifyOptions {
  /** Those whose children there are: before the change, and after it. */
  readonly definitions: readonly Definition[];
  /** `namespace/name` of instances that are not waited for. */
  readonly ignored: readonly string[];
  /** Milliseconds for which all must be healthy without a break. */
  readonly soak: number;
  /** Milliseconds until it has failed. */
  readonly timeout: number;
  /** It is waited for to the end of the time, whatever fails: what was wrong still shows for a while. Default false. */
  readonly isPatient?: boolean;
  readonly signal: AbortSignal;
  /** Called with a line about how far it is, when that changes. */
  readonly tell: (text: string) => void;
  /** Called with a sentence about what can't be looked at. */
  readonly note: (text: string) => void;
}

/** How the instances are that kro brings about. */
export interface Verdict {
  readonly result: "healthy" | "failed" | "timed-out";
  /** Those that are not: what it has failed for first, then the failing ones. */
  readonly sick: readonly Health[];
  /** How many were looked at. */
  readonly looked: number;
}

/**
 * Waits until every instance that kro brings about is healthy with all of its children, and stays so. kro lists them
 * as Ready only once it has reconciled them: what was held is not Ready.
 *
 * @throws the signal's reason.
 */
export async function verify(place: Place, options: VerifyOptions): Promise<Verdict> {
  const { soak, timeout, isPatient = false, signal, tell } = options;
  const began = Date.now();
  const failing = new Failing();
  let healthySince: number | undefined;
  let told = "";
  for (;;) {
    signal.throwIfAborted();
    const now = Date.now();
    const health = await lookAtDue(place, options);
    const sick = health
      .filter(({ isHealthy }) => !isHealthy)
      .toSorted((a, b) => (a.patience === b.patience ? 0 : a.patience - b.patience));
    const ripe = failing.see(sick, now);
    healthySince = sick.length > 0 ? undefined : (healthySince ?? now);
    const verdict = { sick: ripe ? [ripe, ...sick.filter((one) => one !== ripe)] : sick, looked: health.length };
    if (healthySince !== undefined && (health.length === 0 || now - healthySince >= soak)) {
      return { result: "healthy", ...verdict };
    }
    if (ripe && !isPatient) return { result: "failed", ...verdict };
    if (now - began >= timeout + (sick.length === 0 ? soak : 0)) return { result: "timed-out", ...verdict };
    const line = progressLine(health.length - sick.length, health.length, sick, soak);
    if (line !== told) tell(line);
    told = line;
    await sleep(INTERVAL, undefined, { signal });
  }
}

/** Since when each instance fails, without a break. What it says of the cause may be another each time. */
export class Failing {
  #since = new Map<string, number>();

  /** @returns the first that fails for longer than that may take. */
  see(sick: readonly Health[], now: number): Health | undefined {
    const failing = sick.filter(({ patience }) => Number.isFinite(patience));
    const keys = failing.flatMap((one) => limitsOf(one).map(([key]) => key));
    this.#since = new Map(keys.map((key) => [key, this.#since.get(key) ?? now]));
    return failing.find((one) => limitsOf(one).some(([key, patience]) => now - this.#since.get(key)! >= patience));
  }
}

/**
 * For how long it may fail, by what tells one failure from another: each of those times counts what has no more patience. kro
 * that has not come to an instance is another failure than all that it says once it has.
 */
function limitsOf({ id, cause, patience }: Health): readonly (readonly [key: string, patience: number])[] {
  if (cause?.name === "kro-absent") return [[`${id} ${cause.name}`, patience]];
  return PATIENCES.filter((one) => one >= patience).map((one) => [`${id} ${one}`, one]);
}

/** How each instance is that kro brings about, and that is waited for. */
export async function lookAtDue(
  place: Place,
  { definitions, ignored, note }: Pick<VerifyOptions, "definitions" | "ignored" | "note">,
): Promise<Health[]> {
  const { due } = await instancesOf(place);
  return lookAt(
    place,
    due.filter((one) => !ignored.includes(idOf(one))),
    definitions,
    note,
  );
}

/** How each of these instances is. */
export async function lookAt(
  place: Place,
  instances: readonly LiveObject[],
  definitions: readonly Definition[],
  note: (text: string) => void,
): Promise<Health[]> {
  if (instances.length === 0) return [];
  const of = new Set(instances.map(({ metadata }) => metadata.uid ?? ""));
  const around = await surroundings(place, kindsOf(definitions), of);
  for (const text of around.notes) note(text);
  return instances.map((instance) => healthOf(instance, around));
}

function progressLine(healthy: number, all: number, sick: readonly Health[], soak: number): string {
  const [first] = sick;
  if (!first) return `${healthy} of ${all} healthy; looking on for ${soak / 1000} s`;
  return `${healthy} of ${all} healthy; ${first.id}: ${first.cause?.message ?? "not healthy"}`;
}
