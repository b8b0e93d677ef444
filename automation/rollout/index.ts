export type { RolloutOptions } from "./options.ts";
export type { RolloutReport } from "./report.ts";
export { begin, goOn } from "./rollout.ts";
export { survey } from "./survey.ts";
export { closingText, planText, reportOf } from "./text.ts";
