export { treeLines } from "./live/lines.ts";
export { type StatusReport, statusOf } from "./status.ts";
export { closing, exitCodeOf, update } from "./update.ts";
