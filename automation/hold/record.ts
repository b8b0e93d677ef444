import { gunzipSync, gzipSync } from "node:zlib";
import type { LiveObject } from "../../packages/live/index.ts";
import { parsed, ROLLOUT } from "./mark.ts";

/**
 * How far a rollout is: `holding` before anything has changed, `changing` while Pulumi changes the RGD, `staging` while
 * instances are let go, `back` while the last good definition is brought back.
 */
export type Phase = "holding" | "changing" | "staging" | "back";

/** What is noted of a rollout that is under way, on its RGD: all that is needed to go on, or back, from anywhere. */
export interface RolloutRecord {
  readonly id: string;
  /** Id of the command that is at it: one that goes on with it has another. */
  readonly driver: string;
  /** Full name of the stack that makes the RGD. */
  readonly of: string;
  /** Who began it: `user@host`. */
  readonly by: string;
  /** RFC 3339. */
  readonly since: string;
  readonly phase: Phase;
  /** kro's number of the GraphRevision that was last good. */
  readonly revision: number;
  /** How many instances each stage takes, as the command was told, and which are first. */
  readonly stages: readonly string[];
  readonly canary: readonly string[];
  /** `namespace/name` of instances that are not waited for. */
  readonly ignored: readonly string[];
  /** Milliseconds. */
  readonly soak: number;
  readonly timeout: number;
  readonly onFailure: "back" | "hold";
  /** Of the RGD as it is rolled out, once kro serves it. */
  readonly generation?: number | undefined;
  /** Of the spec that is rolled out: digestOf. */
  readonly refuses?: string;
  /** Why it goes back. */
  readonly why?: string | undefined;
  /** That is nothing that the definition could be blamed for. */
  readonly isSpared?: boolean;
  /** The way back has set kro's annotation that lets it take away what the change had added. */
  readonly allows?: boolean;
  /** Inputs of the RGD that were last good, as the stack's state had them with its secrets shown. */
  readonly inputs: Readonly<{ [name: string]: unknown }>;
}

/** As the RGD's annotation has it. Whoever may read the RGD may read the inputs as well: most are its spec. */
export const recordText = ({ inputs, ...record }: RolloutRecord): string =>
  JSON.stringify({ ...record, inputs: gzipSync(JSON.stringify(inputs)).toString("base64") });

/** The rollout of an RGD that is under way; undefined where none is, or what is noted can't be read. */
export function recordOf({ metadata: { annotations } }: Pick<LiveObject, "metadata">): RolloutRecord | undefined {
  const text = annotations?.[ROLLOUT];
  const found =
    text === undefined ? undefined : parsed<Omit<RolloutRecord, "inputs"> & { readonly inputs: string }>(text);
  if (!found?.id || typeof found.inputs !== "string") return undefined;
  try {
    return { ...found, inputs: JSON.parse(gunzipSync(Buffer.from(found.inputs, "base64")).toString("utf8")) };
  } catch {
    return undefined;
  }
}
