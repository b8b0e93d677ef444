import type { ResourceChange } from "../report.ts";

/** A planned resource, and those that are left out because the same happens to them. */
export interface PlannedResource extends ResourceChange {
  /** Names; this one stands for them. */
  readonly alike: readonly string[];
}

/** Up to so many resources are all shown to which the same happens. */
const SHOWN = 10;

/** Resources in their order. Many of one type to which the same happens are gathered; one that is in danger never is. */
export function gatherResources(resources: readonly ResourceChange[]): PlannedResource[] {
  const groups = Map.groupBy(resources, ({ urn, type, action, changed, dangers }) =>
    JSON.stringify(dangers.length > 0 ? urn : [type, action, changed]),
  );
  return [...groups.values()].flatMap((group): PlannedResource[] => {
    if (group.length <= SHOWN) return group.map((one) => ({ ...one, alike: [] }));
    const [first, ...others] = group;
    return [{ ...first!, alike: others.map(({ name }) => name) }];
  });
}
