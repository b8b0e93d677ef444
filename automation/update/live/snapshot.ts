import type { EventObject, LiveObject } from "../../../packages/live/index.ts";
import type { FollowedInstance, InstanceState } from "./progress.ts";

/** What the cluster says of an update, beside Pulumi. */
export interface Snapshot {
  readonly instances: readonly InstanceState[];
  /** For each instance that is followed, what there is of it alone. */
  readonly views: readonly View[];
  readonly followed: readonly FollowedInstance[];
  readonly objects: readonly LiveObject[];
  readonly warnings: readonly EventObject[];
}

/** What there is of one instance: itself, its children, and pods beside them. */
export interface View {
  readonly instance: FollowedInstance;
  readonly objects: readonly LiveObject[];
}
