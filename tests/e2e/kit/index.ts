// What an end-to-end test needs: a story on a running sandbox, stacks of the program, and a look at cluster and cloud.
export {
  CLONE,
  CLUSTER_NAME,
  type Finished,
  type Json,
  type Process,
  type Running,
  TestSandbox,
  TestStack,
  until,
  type Write,
} from "../../../sandbox/testing.ts";
export { inVain } from "./inVain.ts";
export { letKro } from "./kroRole.ts";
export { apply, get, isThere, kubectl, patch, patchStatus, remove, sandbox, writes } from "./lease.ts";
export { PROGRAMS, pullRequest } from "./programs.ts";
export { resourceOf } from "./resource.ts";
export { type Latest, Stack } from "./stack.ts";
export { story } from "./story.ts";
export { runYaml } from "./yaml.ts";
