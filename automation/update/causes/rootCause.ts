import { conditionOf } from "../../../packages/live/index.ts";
import { ackCause } from "./ack.ts";
import type { Cause, Evidence } from "./cause.ts";
import { deletionCause } from "./deletion.ts";
import { definitionCause, instanceCause } from "./kro.ts";
import { namespaceCause } from "./namespace.ts";
import { isWait, type PulumiError, pulumiCause } from "./pulumi.ts";
import { workloadCause } from "./workload.ts";

/**
 * Why an update failed or did not come to its end. Of several reasons, the one that the others follow from: what Pulumi
 * could not do at all, what is being deleted and doesn't go, the RGD, then each wave in turn, and only then what kro says of the whole.
 */
export function rootCause(errors: readonly PulumiError[], evidence: Evidence): Cause | undefined {
  const own = errors.filter((error) => error.urn && !isWait(error));
  if (own.length > 0) return pulumiCause(own);
  if (errors.length > 0 && errors.every((error) => !isWait(error))) return pulumiCause(errors);
  return (
    deletionCause(evidence) ??
    definitionCause(refused(evidence)) ??
    namespaceCause(evidence) ??
    ackCause(evidence) ??
    workloadCause(evidence) ??
    instanceCause(evidence) ??
    pulumiCause(errors)
  );
}

/** An RGD that is Ready refuses nothing. */
const refused = (evidence: Evidence): Evidence => ({
  ...evidence,
  objects: evidence.objects.filter((object) => conditionOf(object, "Ready")?.status !== "True"),
});
