import type { Condition, ContainerStatus, LiveObject, Pod } from "../liveObject.ts";
import { conditionOf } from "./condition.ts";

/** Why a pod is not Ready: `reason` in Kubernetes' own word. */
export interface PodProblem {
  readonly pod: Pod;
  readonly reason: string;
  readonly message: string;
  /** It does not pass by itself, as far as is known. */
  readonly isFailure: boolean;
}

/** Whether a pod takes part: it has not ended, and is not being deleted. */
export const isAlive = ({ metadata, status }: LiveObject): boolean =>
  metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";

/** Whether a pod serves. */
export const isServing = (pod: LiveObject): boolean => isAlive(pod) && conditionOf(pod, "Ready")?.status === "True";

/** Why pods are not Ready, the worst first. One that is going away, or has done its work, has no problem. */
export const podProblems = (pods: readonly Pod[]): PodProblem[] =>
  pods
    .flatMap((pod) => problemOf(pod) ?? [])
    .map((problem) => ({ ...problem, isFailure: FAILING.test(problem.reason) }))
    .toSorted((a, b) => Number(b.isFailure) - Number(a.isFailure));

const FAILING = /BackOff|^Err|^Invalid|^Create.*Error$|^RunContainerError$|^OOMKilled$|^Error$|^Unschedulable$/;

function problemOf(pod: Pod): Omit<PodProblem, "isFailure"> | undefined {
  const { metadata, status } = pod;
  if (metadata.deletionTimestamp || status?.phase === "Succeeded" || isServing(pod)) return undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const problem = containerProblem(container);
    if (problem) return { pod, ...problem };
  }
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status === "False") return { pod, ...said(scheduled, "Unschedulable", "no node takes it") };
  return { pod, ...said(conditionOf(pod, "Ready"), status?.phase ?? "Pending", "not started yet") };
}

const said = (condition: Condition | undefined, reason: string, message: string) => ({
  reason: condition?.reason ?? reason,
  message: condition?.message ?? message,
});

/** What a container does on its way to being ready. */
const USUAL = new Set(["ContainerCreating", "PodInitializing"]);

function containerProblem(container: ContainerStatus): { reason: string; message: string } | undefined {
  const { name, state, lastState, restartCount } = container;
  const { reason, message } = state?.waiting ?? {};
  const ended = lastState?.terminated;
  const times = (restartCount ?? 1) === 1 ? "once," : `${restartCount} times, last`;
  const exit = ended
    ? `container ${name} ended ${times} with ${ended.reason ?? "an error"}, exit code ${ended.exitCode ?? "unknown"}`
    : undefined;
  if (reason === "CrashLoopBackOff")
    return { reason, message: exit ?? message ?? `container ${name} ends again and again` };
  if (reason !== undefined && !USUAL.has(reason)) return { reason, message: message ?? `container ${name}` };
  return ended && (restartCount ?? 0) > 0 ? { reason: ended.reason ?? "Error", message: exit! } : undefined;
}

/** The pods of a Deployment: those that its selector finds. */
export function podsOf(deployment: LiveObject, objects: readonly LiveObject[]): Pod[] {
  const { matchLabels = {} } = (deployment.spec?.selector ?? {}) as { readonly matchLabels?: Record<string, string> };
  return objects.filter(
    ({ kind, metadata: { namespace, labels = {} } }) =>
      kind === "Pod" &&
      namespace === deployment.metadata.namespace &&
      Object.entries(matchLabels).every(([key, value]) => labels[key] === value),
  ) as Pod[];
}
