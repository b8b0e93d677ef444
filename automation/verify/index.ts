export { formatTable } from "./formatTable.ts";
export type { Verification } from "./verification.ts";
export { verify } from "./verify.ts";
