import { interrupted, list } from "../../packages/console/index.ts";
import {
  ALLOW_BREAKING_CHANGES,
  type Definition,
  hasOwnConditions,
  type Instance,
  render,
  validate,
} from "../../packages/kro/index.ts";
import { attempt, everyChild, type PlannedChange } from "../../packages/kro-preview/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import { kroMayNot } from "../doctor/index.ts";
import { errorLine, type ManagedStack, type SelectedStack } from "../stack/index.ts";
import { idOf, type Place } from "./place.ts";

/** An RGD before a change of its spec, and after it. */
export interface Change {
  readonly before: Definition;
  readonly after: Definition;
}

/** How many are named. */
const NAMED = 3;

/** Undefined where the RGD's spec stays what it is. */
export function changeOf(planned: PlannedChange | undefined, notes: string[]): Change | undefined {
  if (!planned?.before || !planned.after) return undefined;
  if (planned.action === "same" || !planned.changed.includes("spec")) {
    if (planned.action === "update")
      notes.push(`only ${planned.changed.join(", ")} of it changes, which no instance sees: \`carts up\` makes that`);
    return undefined;
  }
  return { before: planned.before as unknown as Definition, after: planned.after as unknown as Definition };
}

/** Why kro, or the API server, does not take it: sentences. */
export function definitionProblems({ before, after }: Change, { metadata }: LiveObject): string[] {
  const name = `the ResourceGraphDefinition ${metadata.name}`;
  const annotations = { ...metadata.annotations, ...(after.metadata as { annotations?: object }).annotations };
  const isAllowed = (annotations as Readonly<{ [name: string]: string }>)[ALLOW_BREAKING_CHANGES] === "true";
  const errors = validate(after, { before }).filter(
    ({ severity, id }) => severity === "error" && !(isAllowed && id === "breaking-change"),
  );
  return [
    ...(errors.length > 0
      ? [
          `kro, or the API server, refuses the change of ${name}: ${errors.map(({ path, problem }) => `${path} ${problem}`).join(", ")}`,
        ]
      : []),
    ...([before, after].some((one) => hasOwnConditions(one))
      ? [
          `${name} has conditions of its own (spec.schema.status.conditions), by which nobody can see whether kro has suspended an instance: it can't be rolled out in stages`,
        ]
      : []),
  ];
}

/**
 * What kro would fail at, or wait for in vain, of instances by the changed RGD, and not by the one before: sentences. What
 * only the cluster can tell is not in it.
 */
export function foretold(instances: readonly LiveObject[], { before, after }: Change): string[] {
  const found = new Map<string, string[]>();
  for (const instance of instances) {
    const problems = problemsOf(after, instance);
    const known = new Set(problems.length > 0 ? problemsOf(before, instance) : []);
    for (const text of problems.filter((one) => !known.has(one))) {
      found.set(text, [...(found.get(text) ?? []), idOf(instance)]);
    }
  }
  return [...found].map(
    ([text, ids]) =>
      `kro would fail at ${list(ids, NAMED)}, or wait in vain: ${text}. Mend the change, or name them with --ignore`,
  );
}

function problemsOf(definition: Definition, instance: LiveObject): string[] {
  const rendering = attempt(() => render(definition, instance as unknown as Instance));
  return rendering instanceof Error ? [] : everyChild(rendering.children).flatMap(({ problems }) => problems);
}

/** What kro may not do that the change needs, as a refusal; or as a note, where nobody but EKS knows, or it can't be asked. */
export async function kroProblems(
  selected: SelectedStack,
  managed: ManagedStack,
  { cluster }: Place,
  change: Change,
): Promise<{ readonly refused: readonly string[]; readonly notes: readonly string[] }> {
  try {
    const found = await kroMayNot(selected, managed, change, { cluster, signal: interrupted });
    const must = found.everywhere === undefined ? [] : [found.everywhere];
    const may = found.somewhere === undefined ? [] : [found.somewhere];
    const notes = [...(found.isCertain ? [] : must), ...may].map((text) => `by the cluster's own roles, ${text}`);
    return { refused: found.isCertain ? must : [], notes };
  } catch (error) {
    interrupted.throwIfAborted();
    const why = errorLine(error);
    return { refused: [], notes: [`whether kro may do all that the change needs can't be told: ${why}`] };
  }
}
