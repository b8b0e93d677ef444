import { conditionOf } from "../../../packages/live/index.ts";
import type { PulumiError } from "../../stack/index.ts";
import { ackCause } from "./ack.ts";
import { type Cause, type Evidence, type LastingCause, patienceOf } from "./cause.ts";
import { deletionCause } from "./deletion.ts";
import { conflictCause } from "./fieldConflict.ts";
import { definitionCause, instanceCause } from "./kro.ts";
import { namespaceCause } from "./namespace.ts";
import { isWait, pulumiCause } from "./pulumi.ts";
import { workloadCause } from "./workload.ts";

/**
 * Why an update failed or did not come to its end. Of several reasons, the one that the others follow from: what Pulumi
 * could not do at all, what is being deleted and doesn't go, the RGD, then each wave in turn, and only then what kro says of the whole.
 */
export function rootCause(errors: readonly PulumiError[], evidence: Evidence): Cause | undefined {
  const conflict = conflictCause(errors, evidence);
  if (conflict) return conflict;
  const own = errors.filter((error) => error.urn && !isWait(error));
  if (own.length > 0) return pulumiCause(own);
  if (errors.length > 0 && errors.every((error) => !isWait(error))) return pulumiCause(errors);
  const found: LastingCause | undefined =
    deletionCause(evidence) ??
    definitionCause(refused(evidence)) ??
    namespaceCause(evidence) ??
    ackCause(evidence) ??
    workloadCause(evidence) ??
    instanceCause(evidence) ??
    pulumiCause(errors);
  return found && plain(found);
}

/** A cause that is to last, and for how long. */
export interface CauseInVain {
  readonly cause: Cause;
  /** Seconds. */
  readonly patience: number;
}

/**
 * What Pulumi waits in vain for, if it lasts: of one resource that it waits for. Every object is looked at by itself, so that
 * one which may still come doesn't hide another. What is being deleted itself waits for its deletion alone; and while
 * something else is going away, what that keeps from being made may come.
 */
export function causeInVain(evidence: Evidence): CauseInVain | undefined {
  const { objects } = evidence;
  if (objects.some(({ metadata }) => metadata.deletionTimestamp)) return lasting([deletionCause(evidence)]);
  const each = refused(evidence).objects.flatMap((object) => {
    const alone = { ...evidence, objects: [object] };
    return [definitionCause(alone), ackCause(alone)];
  });
  return lasting([...each, instanceCause(evidence)]);
}

function lasting(causes: readonly (LastingCause | undefined)[]): CauseInVain | undefined {
  for (const found of causes) {
    const patience = found && patienceOf(found);
    if (found && patience !== undefined) return { cause: plain(found), patience };
  }
  return undefined;
}

/** As it is printed. */
const plain = ({ name, object, message, headline }: Cause): Cause => ({
  name,
  object,
  message,
  ...(headline && { headline }),
});

/** An RGD that is Ready refuses nothing. */
const refused = (evidence: Evidence): Evidence => ({
  ...evidence,
  objects: evidence.objects.filter((object) => conditionOf(object, "Ready")?.status !== "True"),
});
