import type { Value } from "../kro/index.ts";
import { fieldChanges } from "./fieldChanges.ts";
import type { Plan, PlannedChange } from "./pulumi/plan.ts";
import { type Inputs, parsePath } from "./pulumi/values.ts";

/** A resource that is not as the stack's last update left it. */
export interface Drift {
  readonly urn: string;
  /** Such as `aws:iam/role:Role`. */
  readonly type: string;
  readonly name: string;
  /** `deleted`: it is gone. `taken`: somebody else owns a field that the update sets; its value may be the same. */
  readonly change: "changed" | "deleted" | "taken";
  readonly fields: readonly DriftedField[];
  /** Only a refresh finds it: an update that does not begin with one leaves it. */
  readonly needsRefresh?: true;
}

/** A field that somebody else has changed. What isn't known, or isn't there, is left out. */
export interface DriftedField {
  readonly path: string;
  /** As the last update left it. */
  readonly expected?: Value;
  readonly found?: Value;
  /** A list that is merged by name has another order: both sides are the names, as they come. */
  readonly order?: true;
  /** In Kubernetes: under which name it was written. */
  readonly manager?: string;
  /** The command without which an update fails: the manager is none from which Pulumi takes a field over. */
  readonly release?: string;
}

/** A drift, and what it makes of the inputs. */
export interface Stray {
  readonly drift: Drift;
  /** The resource's inputs as they are now, where that is known. */
  readonly live?: Inputs;
}

/** A plan whose `before` is what is there now, in place of what the stack's state has of it. */
export function asDrifted(plan: Plan, strays: readonly Stray[]): Plan {
  if (strays.length === 0) return plan;
  const found = new Map(strays.map((stray) => [stray.drift.urn, stray]));
  return { ...plan, changes: plan.changes.map((change) => drifted(change, found.get(change.urn))) };
}

function drifted(change: PlannedChange, stray: Stray | undefined): PlannedChange {
  const { action, after } = change;
  if (!stray || stray.drift.change === "taken" || after === undefined || action === "create") return change;
  if (stray.drift.change === "deleted") return { ...change, action: "create", before: undefined, changed: [] };
  const before = stray.live ? { ...change.before, ...stray.live } : change.before;
  if (action === "replace") return { ...change, before };
  const paths = stray.live ? fieldChanges(before!, after).map(({ path }) => path) : stray.drift.fields.map(pathOf);
  const changed = [...new Set(paths.map((path) => parsePath(path)[0]!))].sort();
  return { ...change, before, changed, action: changed.length > 0 ? "update" : action };
}

const pathOf = ({ path }: DriftedField): string => path;
