import { identityOf, namespacedName } from "../../../packages/kro/index.ts";
import { condition, type Observed, podProblem, podsOf } from "../../../packages/live/index.ts";

/** `absent`: not there yet, or not any more. */
export type Phase = "absent" | "progressing" | "ready" | "failing" | "deleting";

/** An object that kro is expected to make. */
export interface Expected {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Id of the node in the RGD. */
  readonly node: string;
  /** From 1. */
  readonly wave: number;
}

/** An instance, and what kro is expected to make of it. */
export interface ExpectedInstance {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly children: readonly Expected[];
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
export interface ChildState extends Expected, Progress {}

/** How far an instance is, with its children. */
export interface InstanceState extends Progress {
  readonly kind: string;
  /** `namespace/name`. */
  readonly id: string;
  /** By wave, then as the RGD has them. */
  readonly children: readonly ChildState[];
}

/** How far an instance is, from what the API server has of it, of its children and of their pods. */
export function instanceState(expected: ExpectedInstance, objects: readonly Observed[]): InstanceState {
  const { kind, namespace, name, children } = expected;
  const found = children.map((child) => {
    const object = find(child, objects);
    return { ...child, ...progress(object, object ? childProgress(object, objects) : ABSENT) };
  });
  const instance = find(expected, objects);
  return {
    kind,
    id: namespacedName({ namespace, name }),
    ...progress(instance, instance ? ofKro(instance) : ABSENT),
    children: found.toSorted((a, b) => a.wave - b.wave),
  };
}

/** The object of an identity, among all that were seen. */
export function find(
  { apiVersion, kind, namespace, name }: Omit<Expected, "node" | "wave">,
  objects: readonly Observed[],
): Observed | undefined {
  const identity = identityOf({ apiVersion, kind, metadata: { namespace, name } });
  return objects.find((object) => identityOf(object) === identity);
}

type Stage = Omit<Progress, "created">;

const ABSENT: Stage = { phase: "absent", reason: undefined };
const READY: Stage = { phase: "ready", reason: undefined };

const progress = (object: Observed | undefined, stage: Stage): Progress => ({
  ...stage,
  created: object?.metadata.creationTimestamp,
});

function deleting({ metadata: { finalizers = [] }, kind, status }: Observed): Stage {
  // A Namespace says in its conditions what is still in it.
  const remaining = status?.conditions?.find(({ type, status }) => /Remaining$/.test(type) && status === "True");
  const held = finalizers.length > 0 ? `held by ${finalizers.join(", ")}` : undefined;
  return { phase: "deleting", reason: kind === "Namespace" ? (remaining?.message ?? held) : held };
}

/** kro's conditions; Ready says what it waits for. */
function ofKro(instance: Observed): Stage {
  if (instance.metadata.deletionTimestamp) return deleting(instance);
  const ready = condition(instance, "Ready");
  if (ready?.status === "True") return READY;
  return { phase: "progressing", reason: ready?.message ?? "kro has not reported on it yet" };
}

function childProgress(object: Observed, objects: readonly Observed[]): Stage {
  if (object.metadata.deletionTimestamp) return deleting(object);
  const { kind, apiVersion, status } = object;
  if (kind === "Namespace") {
    return status?.phase === "Active" ? READY : { phase: "progressing", reason: status?.phase ?? "not Active yet" };
  }
  if (/(^|\.)services\.k8s\.aws\//.test(apiVersion)) return ofAck(object);
  if (kind === "Deployment") return ofDeployment(object, objects);
  if (status?.conditions?.some(({ type }) => type === "Ready")) return ofKro(object);
  return READY;
}

/** @see https://aws-controllers-k8s.github.io/community/docs/user-docs/resource-status */
function ofAck(object: Observed): Stage {
  const conditions = object.status?.conditions ?? [];
  const is = (type: string) => conditions.find((one) => one.type === type && one.status === "True");
  const failure = is("ACK.Terminal") ?? is("ACK.Recoverable");
  if (failure) return { phase: "failing", reason: `${failure.type}: ${failure.message ?? "no message"}` };
  if (is("ACK.ResourceSynced")) return READY;
  const synced = conditions.find(({ type }) => type === "ACK.ResourceSynced");
  return {
    phase: "progressing",
    reason: synced?.message ?? (synced ? "ACK.ResourceSynced is not True yet" : "ACK has not seen it yet"),
  };
}

function ofDeployment(deployment: Observed, objects: readonly Observed[]): Stage {
  const { metadata, spec, status } = deployment;
  const wanted = Number(spec?.replicas ?? 1);
  const counts = [status?.updatedReplicas, status?.replicas, status?.availableReplicas].map((n) => n ?? 0);
  const current = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  if (current && counts.every((n) => n === wanted)) return READY;
  const refused = status?.conditions?.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  if (refused) return { phase: "failing", reason: refused.message ?? "its pods can't be made" };
  const problems = podsOf(deployment, objects).flatMap((pod) => podProblem(pod) ?? []);
  const worst = problems.find(({ reason }) => FAILING.test(reason)) ?? problems[0];
  return {
    phase: worst && FAILING.test(worst.reason) ? "failing" : "progressing",
    reason: `${counts[2]} of ${wanted} pods available${worst ? `; ${worst.reason}: ${worst.message}` : ""}`,
  };
}

const FAILING = /BackOff|^Err|^Invalid|^Create.*Error$|^RunContainerError$|^OOMKilled$|^Error$|^Unschedulable$/;
