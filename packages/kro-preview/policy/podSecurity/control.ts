import type { PodLook } from "../pods.ts";

/** A check of the official Pod Security admission. */
export interface Control {
  /** The official check's id, such as `seccompProfile_restricted`. */
  readonly id: string;
  /** `baseline` checks count at the restricted level too, unless a restricted one stands in for them. */
  readonly level: "baseline" | "restricted";
  /** The baseline check that this one stands in for. */
  readonly overrides?: string;
  readonly meaning: string;
  /** Why a pod is refused, in the words of the API server; undefined for one that is taken, or of which it can't be told. */
  readonly refusal: (pod: PodLook) => string | undefined;
}
