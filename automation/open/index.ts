export { findTarget, forward } from "./forward.ts";
export { planOf, SERVICES, serviceOf } from "./target.ts";
