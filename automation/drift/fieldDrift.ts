import { type DriftedField, fieldChanges, type Step, toSides } from "../../packages/kro-preview/index.ts";

/** The fields of a resource in which a refresh found something else. */
export function fieldDrifts({ old, new: now, detailedDiff }: Omit<Step, "op" | "urn" | "type">): DriftedField[] {
  const { before, after } = toSides(old?.inputs ?? {}, now?.inputs ?? {}, Object.keys(detailedDiff ?? {}));
  return fieldChanges(before!, after!).map(({ path, before: expected, after: found, order }) => ({
    path,
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(order && { order }),
  }));
}
