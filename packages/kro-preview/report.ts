import type { Action, ChildChange, Danger } from "./changes.ts";
import type { Drift } from "./drift.ts";
import type { Finding } from "./policy/policy.ts";
import type { Subject } from "./subject.ts";

/** What a preview found. `--format json` prints it as it is; docs/previews.md describes it. */
export interface Report extends Subject {
  /** Of this format. */
  readonly version: 1;
  /** That an update of the stack was running meanwhile: by whom, since when, as a sentence without a full stop. Undefined where none is known. */
  readonly running?: string;
  /**
   * Pulumi's own plan, or the RGDs and instances that are compared: what changes, and `same` for what does not. The stack
   * itself is left out, and providers, unless one becomes another.
   */
  readonly resources: readonly ResourceChange[];
  /** What kro makes of the instances. */
  readonly children: readonly InstanceChildChange[];
  /** Every danger, of resources and of children; `of` names the resource or the child. */
  readonly dangers: readonly (Danger & { readonly of: string })[];
  /** What the policy found in children that are new or change; `of` names the child. Left out where none was asked for. */
  readonly findings?: readonly ChildFinding[];
  /** What is not as the last update left it, and is part of the change for that. Left out where all is. */
  readonly drift?: readonly Drift[];
  /** What was not looked at, and why. Sentences. */
  readonly notes: readonly string[];
}

/** A step of Pulumi's plan, or what happens to an RGD or an instance. */
export interface ResourceChange {
  readonly urn: string;
  /** Such as `aws:iam/role:Role`. */
  readonly type: string;
  readonly name: string;
  readonly action: Action;
  /** Top-level inputs that differ. */
  readonly changed: readonly string[];
  readonly dangers: readonly Danger[];
}

/** A child, and the instance that it belongs to. */
export interface InstanceChildChange extends ChildChange {
  /** `namespace/name` of the instance. */
  readonly instance: string;
  /** True for an instance in the cluster that this stack does not own, or that is in none of the files. */
  readonly otherStack: boolean;
}

/** What the policy found in a child. */
export interface ChildFinding extends Finding {
  /** As `Deployment shops/tea`. */
  readonly of: string;
  /** `namespace/name` of the instance. */
  readonly instance: string;
}
