export { type Hold, holdOf, isLeft } from "./held.ts";
export { heldBy, isSuspended, LET_GO, MANAGER, type Mark, markOf, ROLLOUT, VERSION } from "./mark.ts";
export { type Phase, type RolloutRecord, recordOf, recordText } from "./record.ts";
export { digestOf, REFUSED, refusedBefore, refusedText } from "./refused.ts";
