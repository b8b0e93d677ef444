export { closing } from "./closing.ts";
export { statusLines } from "./live/overview.ts";
export type { UpdateOptions, UpdateReport } from "./report.ts";
export { type StatusReport, statusOf } from "./status.ts";
export { update } from "./update.ts";
