export { type DriftReport, driftOf } from "./drift.ts";
