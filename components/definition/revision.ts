import { createHash } from "node:crypto";

/** What the API server fills in of an RGD's schema, by kro's CRD. */
const FILLED_IN = { group: "kro.run", scope: "Namespaced" };

/**
 * Digest of an RGD's `spec`, 12 hexadecimal digits: the same for what a program declares and for what the cluster has of
 * it, in any order and with what the API server fills in. It changes with anything else.
 */
export function revisionOf(spec: object): string {
  const { schema } = spec as { readonly schema?: object };
  const whole = { ...spec, schema: { ...FILLED_IN, ...schema } };
  return createHash("sha256")
    .update(JSON.stringify(ordered(whole)))
    .digest("hex")
    .slice(0, 12);
}

/** A copy whose keys are in order, all the way down. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, part]): [string, unknown] => [key, ordered(part)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
