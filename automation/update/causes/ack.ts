import { groupOf, titleOf } from "../../../packages/kro/index.ts";
import { ackHealth, conditionsOf, isOfAck, type LiveObject } from "../../../packages/live/index.ts";
import { type Cause, type Evidence, FINAL, inline, type LastingCause } from "./cause.ts";

/** What ACK can't do in AWS, of any of the objects that it manages. */
export function ackCause({ objects, stands }: Evidence): LastingCause | undefined {
  for (const object of objects.filter(isOfAck)) {
    const cause = causeOf(object, stands);
    if (cause) return cause;
  }
  return undefined;
}

function causeOf(object: LiveObject, stands: Evidence["stands"]): LastingCause | undefined {
  const title = titleOf(object);
  if (conditionsOf(object).length === 0) {
    const message = `${title} has not been seen by ACK: the controller for ${groupOf(object.apiVersion)} is not running, or does not watch this namespace.`;
    return { name: "ack-absent", object: title, message };
  }
  const { failure, synced, isSynced } = ackHealth(object);
  const message = failure?.message ?? (isSynced ? undefined : synced?.message);
  if (!message) return undefined;
  const found = { object: title, ...ackRefusal(object, inline(message), "make") };
  const end = endOf(object, stands);
  const tries = end === "given-up" ? " ACK tries no more until its spec is changed." : "";
  return end ? { ...found, message: `${found.message}${tries}`, patience: FINAL } : found;
}

/** Why what ACK says of an object, as it is now, stays so until somebody changes something; undefined where it may pass. */
export function endOf(object: LiveObject, stands: Evidence["stands"] = () => false): "given-up" | "denied" | undefined {
  const { failure, isCurrent } = ackHealth(object);
  if (!failure || !(isCurrent || stands(object))) return undefined;
  if (failure.type === "ACK.Terminal") return "given-up";
  // AWS has read the policies, and names the one: no other that may be on its way helps.
  return /with an explicit deny/i.test(failure.message ?? "") ? "denied" : undefined;
}

/**
 * What ACK says of an object.
 *
 * @param task - at which it fails.
 */
export function ackRefusal(object: LiveObject, said: string, task: "make" | "delete"): Pick<Cause, "name" | "message"> {
  const title = titleOf(object);
  if (/AccessDenied|UnauthorizedOperation|not authorized to perform/i.test(said)) {
    const action = /perform: ([\w-]+:\w+)/.exec(said)?.[1];
    const doer = principalOf(said);
    const who = doer
      ? `${doer}, as which ACK's controller for ${groupOf(object.apiVersion)} runs,`
      : "The role of ACK's controller";
    return {
      name: "ack-access-denied",
      message: `AWS denies ACK what ${title} needs: ${said}. ${who} must be allowed ${action ?? "this call"}.`,
    };
  }
  if (task === "make" && /not managed by ACK|already exists|ResourceInUse/i.test(said)) {
    const message = `ACK does not take over what ${title} stands for, because it is there already: ${said}. Choose another name, or let it be adopted by the annotation services.k8s.aws/adoption-policy.`;
    return { name: "ack-conflict", message };
  }
  if (/no such host|connection refused|dial tcp|ECONNREFUSED|could not connect|i\/o timeout/i.test(said)) {
    return { name: "aws-unreachable", message: `ACK can't reach AWS for ${title}: ${said}.` };
  }
  if (/Throttl|LimitExceeded|TooManyRequests|Quota/i.test(said)) {
    return { name: "aws-limit", message: `A limit of the AWS account keeps ACK from what ${title} needs: ${said}.` };
  }
  return { name: "ack-refused", message: `ACK can't ${task} ${title}: ${said}.` };
}

/** `The role NAME` or `The user NAME` of an AWS error that tells who was denied. */
export function principalOf(text: string): string | undefined {
  const [, assumed] = /:assumed-role\/([\w+=,.@-]+)/.exec(text) ?? [];
  if (assumed) return `The role ${assumed}`;
  const [, kind, name] = /arn:[\w-]+:iam::\d*:(role|user)\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)/.exec(text) ?? [];
  return kind ? `The ${kind} ${name}` : undefined;
}
