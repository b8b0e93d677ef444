import type { Value } from "../../packages/kro/index.ts";
import { fieldChanges, type Step, toSides } from "../../packages/kro-preview/index.ts";

/** A field that was changed by somebody else. What isn't there is left out; a secret is `[secret]`. */
export interface FieldDrift {
  readonly path: string;
  /** As the last update left it. */
  readonly expected?: Value;
  readonly found?: Value;
  /** A list that is merged by name has another order: both sides are the names, as they come. */
  readonly order?: true;
}

/** The fields of a resource in which a refresh found something else. */
export function fieldDrifts({ old, new: now, detailedDiff }: Omit<Step, "op" | "urn" | "type">): FieldDrift[] {
  const { before, after } = toSides(old?.inputs ?? {}, now?.inputs ?? {}, Object.keys(detailedDiff ?? {}));
  return fieldChanges(before!, after!).map(({ path, before: expected, after: found, order }) => ({
    path,
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(order && { order }),
  }));
}
