// The sandbox's face for tests and benchmarks: a sandbox of one's own, stacks on it, a look at its cluster, and how to
// make it as it was.
export { clean, noteWhatIsThere } from "./testing/clean.ts";
export type { AuditEntry, Json, Write } from "./testing/cluster.ts";
export type { Finished, Running } from "./testing/commands.ts";
export { packageProgram } from "./testing/packagePrograms.ts";
export { CLONE, CLUSTER_NAME, type Process, TestSandbox } from "./testing/testSandbox.ts";
export { type Config, type ConfigOrFile, TestStack } from "./testing/testStack.ts";
export { until } from "./testing/until.ts";
