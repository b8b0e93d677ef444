import { namespacedName, titleOf } from "../../kro/index.ts";
import { everyChild, renderInstances } from "../renderInstances.ts";
import type { ChildFinding } from "../report.ts";
import type { Manifests } from "../sources/manifests.ts";
import { withoutTwins } from "../sources/twins.ts";
import { policyNotes } from "./inReport.ts";
import type { Policy } from "./policy.ts";

/** A finding in a child, and where its instance is written. */
export interface LocatedFinding extends ChildFinding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What a policy says of all children of some instances. */
export interface CheckedInstances {
  readonly instances: number;
  readonly children: number;
  readonly findings: readonly LocatedFinding[];
  /** What was passed over, or accepted: sentences. */
  readonly notes: readonly string[];
}

/**
 * What a policy says of every child of the instances that manifests hold.
 *
 * @throws UserError for an RGD that kro refuses, and for an instance that the API server refuses: with its file and line.
 *   Also where there is no instance.
 */
export function checkInstances(given: Manifests, policy: Policy): CheckedInstances {
  const manifests = withoutTwins(given);
  const { renderings, notes } = renderInstances(manifests);
  const looked = renderings.flatMap(({ instance, children }, i) =>
    everyChild(children).map(({ object }) => ({
      object,
      checked: policy.check(object),
      instance: namespacedName(instance),
      at: manifests.instances[i]!,
    })),
  );
  const findings = looked.flatMap(({ object, checked, instance, at: { file, line } }) =>
    checked.findings.map((finding) => ({ ...finding, of: titleOf(object), instance, file, line })),
  );
  return {
    instances: manifests.instances.length,
    children: looked.length,
    findings,
    notes: [...manifests.notes, ...notes, ...policyNotes(looked)],
  };
}
