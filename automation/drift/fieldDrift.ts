import { samePolicy } from "../../packages/iam/index.ts";
import {
  type DriftedField,
  type FieldChange,
  fieldChanges,
  type Step,
  toSides,
} from "../../packages/kro-preview/index.ts";

/** The fields of a resource in which a refresh found something else. */
export function fieldDrifts({ old, new: now, detailedDiff }: Omit<Step, "op" | "urn" | "type">): DriftedField[] {
  const { before, after } = toSides(old?.inputs ?? {}, now?.inputs ?? {}, Object.keys(detailedDiff ?? {}));
  return fieldChanges(before!, after!)
    .filter(isMeant)
    .map(({ path, before: expected, after: found, order }) => ({
      path,
      ...(expected !== undefined && { expected }),
      ...(found !== undefined && { found }),
      ...(order && { order }),
    }));
}

/** What IAM gives back in another form is the same policy. */
const isMeant = ({ path, before, after }: FieldChange): boolean =>
  !/policy$/i.test(path) || typeof before !== "string" || typeof after !== "string" || !samePolicy(before, after);
