// What an end-to-end test needs: a story on a running sandbox, stacks of the program, and a look at cluster and cloud.
export { CLONE, type Finished, type Running, TestSandbox, until } from "../../../sandbox/testing.ts";
export { apply, get, isThere, type Json, kubectl, type Write, writes } from "./cluster.ts";
export { sandbox } from "./lease.ts";
export { type Latest, Stack } from "./stack.ts";
export { story } from "./story.ts";
