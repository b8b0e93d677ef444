import { UserError } from "../../packages/console/index.ts";

/** How instances are split into stages. */
export interface StageOptions {
  /** How many there are at the end of each stage: `3`, or `50%` of all. The last takes all that are left, named or not. */
  readonly stages: readonly string[];
  /** `namespace/name` of those that are the first stage. Default: as many as the first of `stages` says. */
  readonly canary: readonly string[];
  /** `namespace/name` of those that are sick already: they come last, and are not waited for. */
  readonly ignored: readonly string[];
}

/**
 * The stages, each a list of `namespace/name`; none is empty. Within a stage, and from one to the next, they are in the
 * order of their names.
 *
 * @param instances - all of them.
 * @throws UserError for a name that no instance has.
 */
export function stagesOf(instances: readonly string[], { stages, canary, ignored }: StageOptions): string[][] {
  for (const [option, names] of Object.entries({ canary, ignore: ignored })) {
    const unknown = names.find((name) => !instances.includes(name));
    if (unknown !== undefined) {
      throw new UserError(
        `--${option} names ${unknown}, but there is no such instance: it is \`namespace/name\` of one`,
      );
    }
  }
  const both = canary.find((name) => ignored.includes(name));
  if (both !== undefined) throw new UserError(`${both} can't be in --canary and in --ignore`);
  const others = instances.filter((name) => !canary.includes(name) && !ignored.includes(name)).toSorted();
  const order = [...canary, ...others, ...ignored];
  const judged = order.length - ignored.length;
  const ends = [...(canary.length > 0 ? [canary.length] : []), ...stages.map((text) => endOf(text, judged)), judged]
    .map((end) => Math.min(end, judged))
    .filter((end, i, all) => end > Math.max(0, ...all.slice(0, i)));
  const split = ends.map((end, i) => order.slice(ends[i - 1] ?? 0, i === ends.length - 1 ? order.length : end));
  return split.length > 0 ? split : ignored.length > 0 ? [[...ignored]] : [];
}

/** A share is rounded up. */
function endOf(text: string, all: number): number {
  const number = Number(text.replace("%", ""));
  return text.endsWith("%") ? Math.ceil((number * all) / 100) : number;
}
