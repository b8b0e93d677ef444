import { identityOf, namespacedName } from "../../../packages/kro/index.ts";
import {
  ackHealth,
  isActive,
  isAlive,
  isOfAck,
  kroHealth,
  type LiveObject,
  podProblems,
  podsOf,
  remainingIn,
  rolloutOf,
} from "../../../packages/live/index.ts";
import { withoutCredentials } from "../../heal/index.ts";

/** `absent`: not there yet, or not any more. */
export type Phase = "absent" | "progressing" | "ready" | "failing" | "deleting";

/** What tells an object from every other, whatever the version of its API. */
export interface FollowedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** An object that kro is expected to make. */
export interface FollowedChild extends FollowedObject {
  /** Id of the node in the RGD. */
  readonly node: string;
  /** From 1. */
  readonly wave: number;
  /** Of a Deployment: labels that all its pods have. */
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** An instance, and what kro is expected to make of it. */
export interface FollowedInstance extends FollowedObject {
  readonly children: readonly FollowedChild[];
  /** The children whose pods are to have the credentials of an association: identities. Default: none. */
  readonly credentialUsers?: readonly string[];
  /** Its conditions are those of its RGD's author, see hasOwnConditions. Default false. */
  readonly ownConditions?: boolean;
}

/** How far an object is. */
export interface Progress {
  readonly phase: Phase;
  /** What it waits for, or what is wrong; undefined when it is ready or not there. */
  readonly reason: string | undefined;
  /** RFC 3339; undefined when it isn't there. */
  readonly created: string | undefined;
}

/** How far a child of an instance is. */
export interface ChildState extends FollowedChild, Progress {}

/** How far an instance is, with its children. */
export interface InstanceState extends Progress {
  readonly kind: string;
  /** `namespace/name`. */
  readonly id: string;
  /** By wave, then as the RGD has them. */
  readonly children: readonly ChildState[];
}

/** How far an instance is, from what the API server has of it, of its children and of their pods. */
export function instanceState(followed: FollowedInstance, objects: readonly LiveObject[]): InstanceState {
  const { kind, namespace, name, children, credentialUsers = [], ownConditions } = followed;
  const found = children.map(({ podLabels: _, ...child }) => {
    const object = objectOf(child, objects);
    return { ...child, ...progress(object, object ? childProgress(object, objects, credentialUsers) : ABSENT) };
  });
  const instance = objectOf(followed, objects);
  return {
    kind,
    id: namespacedName({ namespace, name }),
    ...progress(instance, instance ? ofKro(instance, ownConditions) : ABSENT),
    children: found.toSorted((a, b) => a.wave - b.wave),
  };
}

/** The object that is followed, among all that were seen. */
export function objectOf(
  { apiVersion, kind, namespace, name }: FollowedObject,
  objects: readonly LiveObject[],
): LiveObject | undefined {
  const identity = identityOf({ apiVersion, kind, metadata: { namespace, name } });
  // The name first, which costs little among thousands.
  return objects.find((object) => object.metadata.name === name && identityOf(object) === identity);
}

type Stage = Omit<Progress, "created">;

const ABSENT: Stage = { phase: "absent", reason: undefined };
const READY: Stage = { phase: "ready", reason: undefined };

const progress = (object: LiveObject | undefined, stage: Stage): Progress => ({
  ...stage,
  created: object?.metadata.creationTimestamp,
});

function deleting(object: LiveObject): Stage {
  const { finalizers = [] } = object.metadata;
  const held = finalizers.length > 0 ? `held by ${finalizers.join(", ")}` : undefined;
  const [remaining] = object.kind === "Namespace" ? remainingIn(object) : [];
  const { failure } = isOfAck(object) ? ackHealth(object) : {};
  const refused = failure && `${failure.type}: ${failure.message ?? "no message"}`;
  return { phase: "deleting", reason: remaining ?? refused ?? held };
}

/** kro's conditions; Ready says what it waits for. */
function ofKro(instance: LiveObject, ownConditions?: boolean): Stage {
  if (instance.metadata.deletionTimestamp) return deleting(instance);
  const { isReady, message } = kroHealth(instance, ownConditions);
  if (isReady) return READY;
  if (looksAgain(message)) return { phase: "progressing", reason: undefined };
  return { phase: "progressing", reason: waitedFor(message) ?? "kro has not reported on it yet" };
}

/** Whether kro says no more than that it has changed something, after which it always looks once more. */
export const looksAgain = (message = ""): boolean =>
  /^(resource reconciliation failed: )?cluster mutated$/.test(message);

/** What kro waits for, in fewer words than its own, which have each expression whole. */
export function waitedFor(message: string | undefined): string | undefined {
  const waits = /waiting for node "([^"]+)": readyWhen condition evaluated to false: .*? \(waiting for readiness\)/g;
  const nodes = [...(message ?? "").matchAll(waits)].map(([, node]) => node);
  const rest = message
    ?.replace(waits, "")
    .replace(/^resource reconciliation failed: apply results contain errors: /, "");
  return nodes.length > 0 && rest?.trim() === "" ? `waits for ${nodes.join(", ")}` : message;
}

/** The Deployments of an instance whose pods are to have credentials. */
export const credentialUsersOf = (
  { credentialUsers = [] }: FollowedInstance,
  objects: readonly LiveObject[],
): LiveObject[] =>
  objects.filter((object) => object.kind === "Deployment" && credentialUsers.includes(identityOf(object)));

function childProgress(object: LiveObject, objects: readonly LiveObject[], credentialUsers: readonly string[]): Stage {
  if (object.metadata.deletionTimestamp) return deleting(object);
  const { kind, status } = object;
  if (kind === "Namespace") {
    return isActive(object) ? READY : { phase: "progressing", reason: status?.phase ?? "not Active yet" };
  }
  if (isOfAck(object)) return ofAck(object);
  if (kind === "Deployment") return ofDeployment(object, objects, credentialUsers.includes(identityOf(object)));
  if (status?.conditions?.some(({ type }) => type === "Ready")) return ofKro(object);
  return READY;
}

function ofAck(object: LiveObject): Stage {
  const { failure, synced, isSynced } = ackHealth(object);
  if (failure) return { phase: "failing", reason: `${failure.type}: ${failure.message ?? "no message"}` };
  if (isSynced) return READY;
  return {
    phase: "progressing",
    reason: synced?.message ?? (synced ? "ACK.ResourceSynced is not True yet" : "ACK has not seen it yet"),
  };
}

function ofDeployment(deployment: LiveObject, objects: readonly LiveObject[], wantsCredentials: boolean): Stage {
  const { isDone, wanted, available, refused } = rolloutOf(deployment);
  const pods = podsOf(deployment, objects);
  const without = wantsCredentials ? withoutCredentials(pods.filter(isAlive), deployment).length : 0;
  if (isDone && without === 0) return READY;
  if (refused !== undefined) return { phase: "failing", reason: refused };
  const [worst] = podProblems(pods);
  const reasons = [
    `${available} of ${wanted} pods available`,
    ...(without > 0 ? [`${without} without AWS credentials, which only new pods get`] : []),
    ...(worst ? [`${worst.reason}: ${worst.message}`] : []),
  ];
  return { phase: worst?.isFailure || isDone ? "failing" : "progressing", reason: reasons.join("; ") };
}
