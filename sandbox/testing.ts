// The sandbox's face for tests and benchmarks: sandboxes of their own, and what one does on them.
export { type Finished, type Ran, type Running, until } from "./testing/commands.ts";
export { CLONE, type Process, TestSandbox } from "./testing/testSandbox.ts";
