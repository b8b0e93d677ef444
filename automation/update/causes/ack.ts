import { groupOf } from "../../../packages/kro/index.ts";
import { type Observed, titleOf } from "../../../packages/live/index.ts";
import { type Cause, type Evidence, inline } from "./cause.ts";

/** What ACK can't do in AWS, of any of the objects that it manages. */
export function ackCause({ objects }: Evidence): Cause | undefined {
  const managed = objects.filter(({ apiVersion }) => /\.services\.k8s\.aws\//.test(apiVersion));
  for (const object of managed) {
    const cause = causeOf(object);
    if (cause) return cause;
  }
  return undefined;
}

function causeOf(object: Observed): Cause | undefined {
  const title = titleOf(object);
  const conditions = object.status?.conditions ?? [];
  if (conditions.length === 0) {
    const message = `${title} has not been seen by ACK: the controller for ${groupOf(object.apiVersion)} is not running, or does not watch this namespace.`;
    return { name: "ack-absent", object: title, message };
  }
  const is = (type: string) => conditions.find((one) => one.type === type && one.status === "True");
  const unsynced = conditions.find(({ type, status }) => type === "ACK.ResourceSynced" && status !== "True");
  const failure = [is("ACK.Terminal"), is("ACK.Recoverable"), unsynced].find((one) => one?.message);
  if (!failure) return undefined;
  return { object: title, ...explain(title, inline(failure.message!), object) };
}

function explain(title: string, said: string, object: Observed): Pick<Cause, "name" | "message"> {
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
  if (/not managed by ACK|already exists|ResourceInUse/i.test(said)) {
    const message = `ACK does not take over what ${title} stands for, because it is there already: ${said}. Choose another name, or let it be adopted by the annotation services.k8s.aws/adoption-policy.`;
    return { name: "ack-conflict", message };
  }
  if (/no such host|connection refused|dial tcp|ECONNREFUSED|could not connect|i\/o timeout/i.test(said)) {
    return { name: "aws-unreachable", message: `ACK can't reach AWS for ${title}: ${said}.` };
  }
  if (/Throttl|LimitExceeded|TooManyRequests|Quota/i.test(said)) {
    return { name: "aws-limit", message: `A limit of the AWS account keeps ACK from making ${title}: ${said}.` };
  }
  return { name: "ack-refused", message: `ACK can't make ${title}: ${said}.` };
}

/** `The role NAME` or `The user NAME` of an AWS error that tells who was denied. */
export function principalOf(text: string): string | undefined {
  const [, assumed] = /:assumed-role\/([\w+=,.@-]+)/.exec(text) ?? [];
  if (assumed) return `The role ${assumed}`;
  const [, kind, name] = /arn:[\w-]+:iam::\d*:(role|user)\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)/.exec(text) ?? [];
  return kind ? `The ${kind} ${name}` : undefined;
}
