import type { LiveObject } from "../../packages/live/index.ts";

/**
 * kro's annotation of an instance by which it leaves the instance's children alone.
 *
 * @see https://kro.run/docs
 */
export const RECONCILE = "kro.run/reconcile";
/** The value of {@link RECONCILE} that does so. */
export const SUSPENDED = "suspended";
/** Annotation of an instance that a rollout holds, a {@link Mark}; and of the RGD that is rolled out, a RolloutRecord. */
export const ROLLOUT = "carts-stack/rollout";

/**
 * kro's label of an instance that tells its version, and that nothing goes by. Whenever kro comes to an instance, it puts back
 * what is missing of its labels, before it does anything else.
 */
export const VERSION = "kro.run/kro-version";

/** In whose name a rollout writes annotations, and takes off that label. */
export const MANAGER = "carts-rollout";

/** What is noted on an instance that is held. */
export interface Mark {
  /** Id of the rollout. */
  readonly rollout: string;
  /** Full name of the stack whose RGD is rolled out. */
  readonly of: string;
  /** RFC 3339. */
  readonly since: string;
  /** In which it is let go; 0 for one that is held once more, on the way back. */
  readonly stage: number;
}

/** Whether kro leaves an instance's children alone: it takes the value in any case, and an older one. */
export const isSuspended = ({ metadata: { annotations } }: Pick<LiveObject, "metadata">): boolean =>
  /^(suspended|disabled)$/i.test(annotations?.[RECONCILE] ?? "");

/** By which rollout an instance is held. Undefined for one that is not, or that somebody else has suspended. */
export function markOf({ metadata: { annotations } }: Pick<LiveObject, "metadata">): Mark | undefined {
  const text = annotations?.[ROLLOUT];
  if (text === undefined) return undefined;
  const { rollout = "", of = "another stack", since = "", stage } = parsed<Partial<Mark>>(text) ?? {};
  return { rollout, of, since, stage: Number.isInteger(stage) ? stage! : 1 };
}

/** What JSON says; undefined where it is none. */
export function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** The annotations of an instance that is held. */
export const heldBy = (mark: Mark): Readonly<{ [name: string]: string }> => ({
  [RECONCILE]: SUSPENDED,
  [ROLLOUT]: JSON.stringify(mark),
});

/** The same, as a merge patch takes them away. */
export const LET_GO = { [RECONCILE]: null, [ROLLOUT]: null } as const;
