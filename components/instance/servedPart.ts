import { output } from "@pulumi/pulumi";
import type { SchemaDifference } from "../definition/schemaFields.ts";
import type { ServedApi } from "../definition/servedApi.ts";

/** A copy of an instance's `spec` without what the API lacks that it is of, where that is another stack's. */
export const servedPart = <Spec extends object>(spec: Spec, served: Promise<ServedApi | undefined>): Spec =>
  Object.fromEntries(
    // Field by field: in a preview, one that isn't known yet leaves the others known.
    Object.entries(spec).map(([key, value]) => [
      key,
      output(served).apply((api) => part(value, key, api?.difference ?? { lacking: [], required: [] })),
    ]),
  ) as Spec;

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
