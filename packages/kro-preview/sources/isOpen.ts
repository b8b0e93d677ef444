import { KnownAfterApply, Secret } from "../../kro/index.ts";

/** Whether there is something in a value that only the cluster can know, or that is secret. */
export function isOpen(value: unknown): boolean {
  if (value instanceof KnownAfterApply || value instanceof Secret) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isOpen);
}
