import { byName } from "../byName.ts";
import type { Action } from "../changes.ts";
import type { Side } from "../conceal.ts";
import type { Subject } from "../subject.ts";
import { hasMask, type Inputs, parsePath, type RawInputs, toSides } from "./values.ts";

/** What Pulumi is going to do; or what the difference of two sets of manifests does, as if it were Pulumi's. */
export interface Plan extends Subject {
  /** By URN: the engine's own order differs from run to run. */
  readonly changes: readonly PlannedChange[];
  /** What stays as it is may be missing. Default false. */
  readonly isPartial?: boolean;
}

/** What Pulumi is going to do to one resource. */
export interface PlannedChange {
  readonly urn: string;
  /** Such as `aws:iam/role:Role`. */
  readonly type: string;
  readonly name: string;
  /** URN of its provider. Undefined for a provider, and for a component. */
  readonly provider?: string | undefined;
  readonly action: Action;
  /** Undefined for a resource that Pulumi doesn't have yet. */
  readonly before: Inputs | undefined;
  /** Undefined for a resource that Pulumi will not have any more. */
  readonly after: Inputs | undefined;
  /** Top-level inputs that differ. */
  readonly changed: readonly string[];
  /** Pulumi forgets what it had, and leaves it where it is. */
  readonly retained: boolean;
  /** What was there already is taken up, and becomes what is declared. */
  readonly imported: boolean;
  /** Where it is written: `shops.yaml:12`. Undefined in Pulumi's plan. */
  readonly place?: string;
  /**
   * Sides in whose name or spec Pulumi masked a plain text, because it is also that of a secret config value: it is a
   * Secret there. Default: neither.
   */
  readonly masked?: readonly Side[];
}

/** Whether a plan can have a secret: what files hold is there for everyone to read. */
export const mayHaveSecrets = ({ title }: Plan): boolean => title === undefined;

/** Begins an error with the place of what it is about. */
export const placeText = (change: PlannedChange | undefined): string => (change?.place ? `${change.place}: ` : "");

/** `metadata` of the engine's `resourcePreEvent`, as far as we read it. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** `<urn>::<id>` */
  readonly provider?: string;
  readonly old?: StepState;
  readonly new?: StepState;
  readonly diffs?: readonly string[] | null;
  /** By the property's path; not of every provider. */
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
}

interface StepState {
  /** Undefined for what is not there yet. */
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly retainOnDelete?: boolean;
}

/**
 * What each of Pulumi's steps does. The further steps of a replacement, and those that clear up after an update that
 * failed, tell nothing of their own.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step.go
 */
const ACTIONS: Readonly<Record<string, Action>> = {
  same: "same",
  read: "same",
  refresh: "same",
  create: "create",
  update: "update",
  import: "update",
  replace: "replace",
  "create-replacement": "replace",
  "import-replacement": "replace",
  "read-replacement": "replace",
  delete: "delete",
};

/** Of several steps on one resource, the one that comes last here says what happens. */
const RANK: readonly Action[] = ["delete", "same", "create", "update", "replace"];

/** The steps of a preview, each resource once. */
export function toChanges(steps: readonly Step[]): PlannedChange[] {
  const decisive = new Map<string, Step>();
  for (const step of steps) {
    const action = ACTIONS[step.op];
    const other = decisive.get(step.urn);
    if (action && (!other || rankOf(step) > rankOf(other))) decisive.set(step.urn, step);
  }
  const imported = new Set(steps.flatMap(({ op, urn }) => (op === "import" ? [urn] : [])));
  return [...decisive.values()]
    .map((step) => toChange(step, imported.has(step.urn)))
    .sort((a, b) => byName(a.urn, b.urn));
}

/** What is imported may be updated next. */
const rankOf = ({ op }: Step): number => RANK.indexOf(ACTIONS[op]!) - (op === "import" ? 0.5 : 0);

function toChange(step: Step, imported: boolean): PlannedChange {
  const { urn, type, op, provider } = step;
  const action = ACTIONS[op]!;
  const [old, next] = [op === "import" ? step.new?.inputs : step.old?.inputs, step.new?.inputs];
  const isChange = action === "update" || action === "replace";
  const paths = isChange ? changedPaths(step) : [];
  const differing = Object.keys({ ...old, ...next }).filter(
    (key) => JSON.stringify(old?.[key]) !== JSON.stringify(next?.[key]),
  );
  // The provider knows better: some fill in what makes no difference.
  const named = paths && paths.length > 0 ? paths.map((path) => parsePath(path)[0]!) : differing;
  const masked = (["before", "after"] as const).filter((side) => isMasked(side === "before" ? old : next));
  return {
    urn,
    type,
    name: urn.split("::").slice(3).join("::"),
    provider: provider ? providerUrn(provider) : undefined,
    action,
    ...toSides(action === "create" ? undefined : old, action === "delete" ? undefined : next, paths),
    changed: isChange ? [...new Set(named)].sort() : [],
    retained: step.old?.retainOnDelete === true && (action === "delete" || action === "replace"),
    imported,
    ...(masked.length > 0 && { masked }),
  };
}

const isMasked = ({ metadata, spec }: RawInputs = {}): boolean =>
  hasMask([(metadata as RawInputs | undefined)?.name, spec]);

/** The URN in a reference to a provider, `<urn>::<id>`. */
export const providerUrn = (reference: string): string => reference.slice(0, reference.lastIndexOf("::"));

/** The paths that a step's diff names; undefined where it names none. */
export function changedPaths({ op, detailedDiff, diffs, old, new: next }: Step): readonly string[] | undefined {
  const paths = Object.keys(detailedDiff ?? {});
  if (paths.length > 0) return paths;
  if (diffs && diffs.length > 0) return diffs;
  // An update that nobody can say the place of may be one of any secret.
  const hidden = op === "update" && JSON.stringify(old?.inputs) === JSON.stringify(next?.inputs);
  return hidden ? Object.keys(next?.inputs ?? {}) : undefined;
}
