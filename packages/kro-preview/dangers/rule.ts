import type { ChildRule } from "../changes.ts";
import type { PlannedChange } from "../pulumi/plan.ts";
import type { PlannedDefinition } from "../sources/definitions.ts";
import type { InstanceEffect } from "../sources/instances.ts";
import type { KnownSides } from "../sources/known.ts";
import type { OtherEffect } from "../sources/otherInstances.ts";

/** A rule that looks for one danger: at each child, or at each step of Pulumi's plan. Several rules may share a name. */
export interface DangerRule extends ChildRule {
  /** As `--allow` takes it: lowercase words with hyphens. */
  readonly name: string;
  /** What it means, in a line. */
  readonly meaning: string;
  /** A sentence for each time that the danger is there, apart from what kro then does. */
  readonly ofStep?: (change: PlannedChange, plan: PlanEffects) => readonly string[];
}

/** What a plan does to RGDs and instances. */
export interface PlanEffects {
  /** All that the plan does itself. */
  readonly changes: readonly PlannedChange[];
  /** The plan's own RGDs. */
  readonly definitions: readonly PlannedDefinition[];
  /** All RGDs that are known, whoever owns them. */
  readonly all: readonly PlannedDefinition[];
  readonly known: KnownSides;
  /** On the plan's own instances. */
  readonly effects: readonly InstanceEffect[];
  /** On instances that other stacks own. */
  readonly others: readonly OtherEffect[];
}
