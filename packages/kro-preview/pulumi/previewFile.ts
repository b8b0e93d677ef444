import { UserError } from "../../console/index.ts";
import { KnownAfterApply, type Value } from "../../kro/index.ts";
import { customApi } from "../sources/instances.ts";
import { type Plan, type PlannedChange, type Step, toChanges } from "./plan.ts";
import type { Inputs } from "./values.ts";

/** A plan, and what is not in it: sentences. */
export interface ReadPreview {
  readonly plan: Plan;
  readonly notes: readonly string[];
}

/** A step of `pulumi preview --json`, as far as we read it. */
interface DigestStep extends Pick<Step, "op" | "urn" | "provider" | "detailedDiff"> {
  readonly oldState?: DigestState;
  readonly newState?: DigestState;
  readonly diffReasons?: readonly string[] | null;
}

interface DigestState {
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly retainOnDelete?: boolean;
  /** URNs of resources whose outputs are in an input. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

interface Digest {
  readonly steps?: readonly DigestStep[];
  readonly diagnostics?: readonly { readonly severity?: string; readonly message?: string }[];
  /** How many steps there are of each op: also of those that are left out. */
  readonly changeSummary?: Readonly<Record<string, number>>;
}

/**
 * The plan of a stack from what `pulumi preview` wrote: with `--json`, or an engine's event log, one event a line.
 *
 * In the former, every value is left out that is not known yet. What then may be missing is told as not known, and a note
 * names it; an event log has it all.
 *
 * @param file - names it in an error.
 * @throws UserError for a text that is neither, and for a preview that failed.
 * @see https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go
 */
export function readPreview(text: string, file: string): ReadPreview {
  const events = eventSteps(text);
  if (events) return { plan: { ...stackOf(events, file), changes: toChanges(events) }, notes: [] };
  const { steps, diagnostics = [], changeSummary } = parsed<Digest>(text) ?? {};
  const problem = diagnostics.find(({ severity }) => severity === "error");
  if (problem) throw new UserError(`${file} is of a preview that failed: ${(problem.message ?? "").trim()}`);
  if (!Array.isArray(steps)) {
    throw new UserError(`${file} is not what \`pulumi preview --json\` writes: there are no steps in it`);
  }
  const changing = new Set(steps.filter(({ op }) => op !== "same").map(({ urn }) => urn));
  const notes: string[] = [];
  const changes = toChanges(steps.map(toStep)).map((change) => {
    const open = openInputs(steps, change.urn, changing);
    if (open.length === 0 || customApi(change.type) === undefined) return change;
    notes.push(
      `What ${change.name} takes from other resources that change is not in ${file}, and counts as not known: \`pulumi preview --json\` leaves it out, an event log has it.`,
    );
    return { ...change, after: withOpen(change, open) };
  });
  const isPartial = lacksSames(steps, changeSummary);
  if (isPartial) {
    notes.push(`${file} leaves out what stays as it is: \`pulumi preview --json --show-sames\` writes that as well.`);
  }
  return { plan: { ...stackOf(steps, file), changes, isPartial }, notes };
}

/**
 * Whether what stays as it is was left out. The stack itself never is, nor what is protected from now on.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/pkg/backend/display/json.go (ShowPreviewDigest)
 */
function lacksSames(steps: readonly DigestStep[], summary: Digest["changeSummary"]): boolean {
  const same = steps.filter(({ op }) => op === "same");
  if (summary) return (summary.same ?? 0) > same.length;
  return same.every(({ urn }) => urn.includes("::pulumi:pulumi:Stack::"));
}

/** Undefined for a text that is no event log. */
function eventSteps(text: string): Step[] | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const events = lines.map((line) => parsed<{ resourcePreEvent?: { metadata: Step } }>(line));
  if (lines.length === 0 || events.some((event) => event === undefined || "steps" in event)) return undefined;
  const all = events.flatMap((event) => event?.resourcePreEvent?.metadata ?? []);
  const steps = all.filter(({ op }) => op !== "refresh");
  return steps.length > 0 ? steps : undefined;
}

function parsed<T extends object>(text: string): T | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

/** `urn:pulumi:<stack>::<project>::<type>::<name>` */
function stackOf([first]: readonly { readonly urn: string }[], file: string): { project: string; stack: string } {
  const [, stack, project] = /^urn:pulumi:(.*?)::(.*?)::/.exec(first?.urn ?? "") ?? [];
  if (stack === undefined || project === undefined) throw new UserError(`${file} names no stack: it has no steps`);
  return { project, stack };
}

const toStep = ({ op, urn, provider, detailedDiff, diffReasons, oldState, newState }: DigestStep): Step => ({
  ...{ op, urn, provider, detailedDiff, diffs: diffReasons, old: oldState, new: newState },
  type: (newState ?? oldState)?.type ?? urn.split("::")[2]!.split("$").at(-1)!,
});

/** Inputs of a step that hold outputs of resources that change: what isn't known in them is left out. */
function openInputs(steps: readonly DigestStep[], urn: string, changing: ReadonlySet<string>): string[] {
  const { newState } = steps.find((step) => step.urn === urn && step.newState) ?? {};
  return Object.entries(newState?.propertyDependencies ?? {})
    .filter(([, urns]) => urns?.some((other) => changing.has(other)))
    .map(([input]) => input);
}

/** What was there before, and isn't any more, is not known yet; of what is new, nothing is. */
function withOpen({ before, after }: PlannedChange, open: readonly string[]): Inputs | undefined {
  if (!after) return after;
  const unknown = (): Value => new KnownAfterApply("an output of this stack");
  const filled = (old: Value | undefined, next: Value | undefined): Value => {
    if (old === undefined || next === undefined) return unknown();
    if (!isFields(old) || !isFields(next)) return next;
    const missing = Object.keys(old).filter((key) => !Object.hasOwn(next, key));
    const kept = Object.entries(next).map(([key, item]) => [key, key in old ? filled(old[key], item) : item]);
    return Object.fromEntries([...kept, ...missing.map((key) => [key, unknown()])]);
  };
  return { ...after, ...Object.fromEntries(open.map((input) => [input, filled(before?.[input], after[input])])) };
}

const isFields = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype;
