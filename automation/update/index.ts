export { treeLines } from "./live/lines.ts";
export { type StatusReport, statusOf } from "./status.ts";
export { closing, type UpdateOptions, type UpdateReport, update } from "./update.ts";
