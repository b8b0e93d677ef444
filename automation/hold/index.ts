export { type Hold, holdOf } from "./held.ts";
export { heldBy, isSuspended, LET_GO, type Mark, markOf, ROLLOUT } from "./mark.ts";
export { type Phase, type RolloutRecord, recordOf, recordText } from "./record.ts";
