export { type DoctorOptions, doctor } from "./doctor.ts";
export { type Diagnosis, type Finding, onOneLine } from "./finding.ts";
export { formatTable } from "./formatTable.ts";
export { kroMayNot } from "./kroMayNot.ts";
export { preflight } from "./preflight.ts";
