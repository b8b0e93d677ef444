// A stack's life with a fault in every command, and the faults.
export { CLOUD } from "./cloud.ts";
export { CLUSTER } from "./cluster.ts";
export { atWrite, everything, KILLS } from "./kills.ts";
export { life } from "./life.ts";
export { another, fullDisk, stuckNamespace } from "./odd.ts";
export { away, frozen } from "./parts.ts";
