import { interrupted, list } from "../../packages/console/index.ts";
import {
  ALLOW_BREAKING_CHANGES,
  type Child,
  type Definition,
  hasOwnConditions,
  type Instance,
  render,
  validate,
} from "../../packages/kro/index.ts";
import { attempt, type PlannedChange } from "../../packages/kro-preview/index.ts";
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

/** What is known of a change: sentences. */
interface Foretold {
  /** Why it can't begin. */
  readonly refused: readonly string[];
  readonly notes: readonly string[];
}

/**
 * What kro would fail at, or wait for in vain, of instances by the changed RGD, and not by the one before. What only the
 * cluster can tell is not in it; of a child of which only the cluster knows whether it is made at all, it is a note.
 */
export function foretold(instances: readonly LiveObject[], { before, after }: Change): Foretold {
  const [refused, notes] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const instance of instances) {
    const problems = problemsOf(after, instance);
    const known = new Set(problems.length > 0 ? problemsOf(before, instance).map(({ text }) => text) : []);
    const added = problems.filter(({ text }) => !known.has(text));
    const certain = new Set(added.filter(({ isCertain }) => isCertain).map(({ text }) => text));
    for (const text of new Set(added.map((one) => one.text))) {
      const found = certain.has(text) ? refused : notes;
      found.set(text, [...(found.get(text) ?? []), idOf(instance)]);
    }
  }
  return {
    refused: [...refused].map(
      ([text, ids]) =>
        `kro would fail at ${list(ids, NAMED)}, or wait in vain: ${text}. Mend the change, or name them with --ignore`,
    ),
    notes: [...notes].map(
      ([text, ids]) =>
        `where the cluster has it be made, kro would fail at ${list(ids, NAMED)}, or wait in vain: ${text}`,
    ),
  };
}

interface Problem {
  readonly text: string;
  /** It is of a child that is made in any case. */
  readonly isCertain: boolean;
}

function problemsOf(definition: Definition, instance: LiveObject): Problem[] {
  const rendering = attempt(() => render(definition, instance as unknown as Instance));
  return rendering instanceof Error ? [] : ofChildren(rendering.children);
}

/** @param isCertain - they are made, if they are made in any case themselves. Default true. */
const ofChildren = (children: readonly Child[], isCertain = true): Problem[] =>
  children.flatMap(({ condition, problems, nested }) => {
    const isMade = isCertain && condition === undefined;
    return [
      ...problems.map((text) => ({ text, isCertain: isMade || (isCertain && isOfCondition(text, condition)) })),
      ...ofChildren(nested?.children ?? [], isMade),
    ];
  });

/** Whether it is the very condition that fails, and no other that comes before it. */
const isOfCondition = (problem: string, condition = ""): boolean =>
  /^(?:includeWhen|forEach\.\w+): /.test(problem) && !condition.includes("} && ");

/** What kro may not do that the change needs, as a refusal; or as a note, where nobody but EKS knows, or it can't be asked. */
export async function kroProblems(
  selected: SelectedStack,
  managed: ManagedStack,
  { cluster }: Place,
  change: Change,
): Promise<Foretold> {
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
