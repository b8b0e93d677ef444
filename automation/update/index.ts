export type { Cause } from "./causes/cause.ts";
export { errorOf, type PulumiError } from "./causes/pulumi.ts";
export { rootCause } from "./causes/rootCause.ts";
export { closing } from "./closing.ts";
export { statusLines } from "./live/overview.ts";
export { type FollowedInstance, instanceState } from "./live/progress.ts";
export type { UpdateOptions, UpdateReport } from "./report.ts";
export { type StatusReport, statusOf } from "./status.ts";
export { update } from "./update.ts";
