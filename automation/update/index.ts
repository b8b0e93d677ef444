export { closing } from "./closing.ts";
export { treeLines } from "./live/lines.ts";
export { type StatusReport, statusOf } from "./status.ts";
export { type UpdateOptions, type UpdateReport, update } from "./update.ts";
