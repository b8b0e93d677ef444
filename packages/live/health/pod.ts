import type { Condition, ContainerStatus, Observed } from "../observed.ts";

/** Why a pod is not Ready: `reason` in Kubernetes' own word. */
export interface PodProblem {
  readonly reason: string;
  readonly message: string;
}

/** Why a pod is not Ready, or undefined when it is, or is going away. */
export function podProblem({ metadata, status }: Observed): PodProblem | undefined {
  if (metadata.deletionTimestamp) return undefined;
  const find = (type: string): Condition | undefined => status?.conditions?.find((one) => one.type === type);
  if (find("Ready")?.status === "True" || status?.phase === "Succeeded") return undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const problem = containerProblem(container);
    if (problem) return problem;
  }
  const scheduled = find("PodScheduled");
  if (scheduled?.status === "False") {
    return { reason: scheduled.reason ?? "Unschedulable", message: scheduled.message ?? "no node takes it" };
  }
  const ready = find("Ready");
  return { reason: ready?.reason ?? status?.phase ?? "Pending", message: ready?.message ?? "not started yet" };
}

/** What a container does on its way to being ready. */
const USUAL = new Set(["ContainerCreating", "PodInitializing"]);

function containerProblem({ name, state, lastState, restartCount }: ContainerStatus): PodProblem | undefined {
  const { reason, message } = state?.waiting ?? {};
  const ended = lastState?.terminated;
  const exit = ended
    ? `container ${name} ended ${restartCount ?? 1} times, last with ${ended.reason ?? "an error"}, exit code ${ended.exitCode ?? "unknown"}`
    : undefined;
  if (reason === "CrashLoopBackOff")
    return { reason, message: exit ?? message ?? `container ${name} ends again and again` };
  if (reason !== undefined && !USUAL.has(reason)) return { reason, message: message ?? `container ${name}` };
  return ended && (restartCount ?? 0) > 0 ? { reason: ended.reason ?? "Error", message: exit! } : undefined;
}

/** The pods of a Deployment: those that its selector finds. */
export function podsOf(deployment: Observed, objects: readonly Observed[]): Observed[] {
  const { matchLabels = {} } = (deployment.spec?.selector ?? {}) as { readonly matchLabels?: Record<string, string> };
  return objects.filter(
    ({ kind, metadata: { namespace, labels = {} } }) =>
      kind === "Pod" &&
      namespace === deployment.metadata.namespace &&
      Object.entries(matchLabels).every(([key, value]) => labels[key] === value),
  );
}
