import { output } from "@pulumi/pulumi";
import type { SchemaDifference } from "../definition/schemaFields.ts";
import type { ServedApi } from "../definition/servedApi.ts";

/** An instance's `spec` without what the API lacks that it is of, where that is another stack's. */
export async function servedPart<Spec extends object>(
  spec: Spec,
  served: Promise<ServedApi | undefined>,
): Promise<Spec> {
  const { lacking = [], required = [] } = (await served)?.difference ?? {};
  if (lacking.length + required.length === 0) return spec;
  // Field by field: in a preview, one that isn't known yet leaves the others known.
  const parts = Object.entries(spec).map(([key, value]) => [key, part(value, key, { lacking, required })]);
  return Object.fromEntries(parts) as Spec;
}

/**
 * Undefined for what is lacking itself: Pulumi leaves that out. Of a list whose elements are others there is nothing; what a
 * user has put into one was refused before.
 */
function part(value: unknown, path: string, difference: SchemaDifference): unknown {
  const { lacking, required } = difference;
  if (lacking.includes(path)) return undefined;
  if ([...lacking, ...required].some((one) => one.startsWith(`${path}[]`))) return [];
  if (!lacking.some((one) => one.startsWith(`${path}.`))) return value;
  return output(value as object).apply((fields) =>
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, part(field, `${path}.${key}`, difference)])),
  );
}
