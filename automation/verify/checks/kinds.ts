import { conditionOf, conditionText, type LiveObject, type Pod, titleOf } from "../../../packages/live/index.ts";
import { judge, type Question } from "../judge.ts";
import type { ObservedChild } from "../observation.ts";
import type { Check } from "../verification.ts";
import { tableChecks } from "./table.ts";

/** What is asked of an object beyond its fields, by kind. */
const HEALTH: Readonly<Record<string, (child: ObservedChild) => readonly Check[]>> = {
  Namespace: (child) => [namespaceActive(child)],
  Deployment: (child) => [rolledOut(child)],
  Service: (child) => [hasEndpoints(child)],
  Table: tableChecks,
};

/** Whether a child is not only there, but works. */
export const kindChecks = (child: ObservedChild): readonly Check[] => HEALTH[child.declared.object.kind]?.(child) ?? [];

const question = ({ declared }: ObservedChild, rest: Omit<Question, "object">): Question => ({
  object: titleOf(declared.object),
  ...rest,
});

const namespaceActive = (child: ObservedChild): Check =>
  judge(
    question(child, {
      id: "namespace-active",
      what: "phase",
      expected: "Active",
      remedy: "see what keeps it: `kubectl get namespace -o yaml` of it, `status.conditions`",
    }),
    child.live,
    ({ status }) => ({ ok: status?.phase === "Active", found: String(status?.phase ?? "no phase") }),
  );

/** Counts of a Deployment's status. */
interface Rollout {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
}

/** Whether a Deployment's status is of its present generation, and every pod is new and available. */
export function isRolledOut({ metadata: { generation = 0 }, spec, status }: LiveObject): boolean {
  const {
    observedGeneration = 0,
    replicas = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
  } = (status ?? {}) as Rollout;
  const wanted = (spec?.replicas as number | undefined) ?? 1;
  return observedGeneration >= generation && [replicas, updatedReplicas, availableReplicas].every((n) => n === wanted);
}

function rolledOut(child: ObservedChild): Check {
  const wanted = (child.declared.object.spec as { readonly replicas?: unknown } | undefined)?.replicas ?? 1;
  const remedy = "see why a pod is not ready: `kubectl describe pods` in its namespace";
  return judge(
    question(child, { id: "rolled-out", what: "rolled out", expected: `${wanted}/${wanted}`, remedy }),
    child.live,
    (live) => {
      const { availableReplicas = 0, updatedReplicas = 0, replicas = 0 } = (live.status ?? {}) as Rollout;
      const done = isRolledOut(live);
      const counts = done ? [] : [`${updatedReplicas} of ${replicas} are of the present version`];
      const reasons = done || !Array.isArray(child.pods) ? [] : waiting(child.pods);
      return {
        ok: done && live.spec?.replicas === wanted,
        found: [`${availableReplicas}/${live.spec?.replicas ?? 1}`, ...counts, ...reasons].join("\n"),
      };
    },
  );
}

/** Why pods wait: `ImagePullBackOff: Back-off pulling image ...`. */
const waiting = (pods: readonly Pod[]): string[] => {
  const reasons = pods.flatMap(({ status }) => [
    ...(status?.containerStatuses ?? []).flatMap(({ state }) => state?.waiting ?? []),
    ...(status?.conditions ?? []).filter(({ type, status }) => type === "PodScheduled" && status === "False"),
  ]);
  return [...new Set(reasons.map(({ reason, message }) => [reason, message].filter(Boolean).join(": ")))];
};

function hasEndpoints(child: ObservedChild): Check {
  const { namespace } = child.declared.object.metadata;
  const remedy = `compare the Service's selector with the pods' labels: \`kubectl get endpointslices -n ${namespace}\` has its addresses`;
  return judge(
    question(child, { id: "endpoints", what: "endpoints", expected: "a ready address", remedy }),
    child.slices,
    (slices) => {
      // A list or a condition that isn't there means nothing, or ready: so the API says.
      const all = slices.flatMap(({ endpoints }) => endpoints ?? []);
      const ready = all.filter(({ conditions }) => conditions?.ready ?? true).length;
      return { ok: ready > 0, found: `${ready} ready of ${all.length}` };
    },
  );
}

/** Whether an object has reported that it is Ready in its present generation. */
export function isReady(object: LiveObject): { readonly ok: boolean; readonly found: string } {
  const ready = conditionOf(object, "Ready");
  const { observedGeneration } = ready ?? {};
  const { generation = 0 } = object.metadata;
  const old = observedGeneration !== undefined && observedGeneration < generation;
  return {
    ok: ready?.status === "True" && !old,
    found: `${conditionText(ready, "Ready")}${old ? ", but of an earlier generation" : ""}`,
  };
}
