export { findTarget, forward } from "./forward.ts";
export { SERVICES, serviceOf } from "./target.ts";
