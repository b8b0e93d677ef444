import { titleOf } from "../../../packages/kro/index.ts";
import {
  ackHealth,
  conditionText,
  isActive,
  kubectlName,
  podProblems,
  rolloutOf,
} from "../../../packages/live/index.ts";
import { isAckAssociation, isAckRole } from "../ackIdentity.ts";
import { check, type Question } from "../check.ts";
import type { ObservedChild } from "../observation.ts";
import { isThere } from "../reading.ts";
import type { Check } from "../verification.ts";
import { tableChecks } from "./table.ts";

/** What is asked of an object beyond its fields, by kind. */
const HEALTH: Readonly<Record<string, (child: ObservedChild) => readonly Check[]>> = {
  Namespace: (child) => [namespaceActive(child)],
  Deployment: (child) => [rolledOut(child)],
  Service: (child) => [hasEndpoints(child)],
  Table: tableChecks,
  Role: (child) => (isAckRole(child.declared.object) ? [synced(child, { id: "role-synced" })] : []),
  PodIdentityAssociation: (child) =>
    isAckAssociation(child.declared.object) ? [synced(child, { id: "association-synced" })] : [],
};

/**
 * Whether a child is not only there, but works.
 *
 * @param remedy - what makes one that is not there.
 */
export function kindChecks(child: ObservedChild, remedy: string): readonly Check[] {
  const checks = HEALTH[child.declared.object.kind]?.(child) ?? [];
  const title = titleOf(child.declared.object);
  return child.live === undefined ? checks.map((one) => (one.object === title ? { ...one, remedy } : one)) : checks;
}

const question = ({ declared }: ObservedChild, rest: Omit<Question, "object">): Question => ({
  object: titleOf(declared.object),
  ...rest,
});

/** Whether ACK manages what the object stands for, and has brought it to what the object says. */
const synced = (child: ObservedChild, { id }: Pick<Question, "id">): Check =>
  check(
    question(child, {
      id,
      what: "ACK manages it",
      expected: "ACK.ResourceSynced is True",
      remedy: "see its conditions: ACK says there what AWS answered",
    }),
    child.live,
    (live) => {
      const { isSynced, failure } = ackHealth(live);
      const said = failure ? `${failure.type} is True: ${failure.message ?? "no message"}\n` : "";
      return { ok: isSynced, found: `${said}${conditionText(live, "ACK.ResourceSynced")}` };
    },
  );

const namespaceActive = (child: ObservedChild): Check =>
  check(
    question(child, {
      id: "namespace-active",
      what: "phase",
      expected: "Active",
      remedy: `see what keeps it, in its conditions: \`kubectl get ${kubectlName(child.declared.object)} -o yaml\``,
    }),
    child.live,
    (live) => ({ ok: isActive(live), found: live.status?.phase ?? "no phase" }),
  );

function rolledOut(child: ObservedChild): Check {
  const wanted = (child.declared.object.spec as { readonly replicas?: unknown } | undefined)?.replicas ?? 1;
  const remedy = `see why a pod is not ready: \`kubectl describe pods -n ${child.declared.object.metadata.namespace}\``;
  return check(
    question(child, { id: "rolled-out", what: "rolled out", expected: `${wanted}/${wanted}`, remedy }),
    child.live,
    (live) => {
      const rollout = rolloutOf(live);
      const problems = isThere(child.pods) ? podProblems(child.pods) : [];
      const reasons = problems.map(({ reason, message }) => `${reason}: ${message}`);
      const why = [
        `${rollout.updated} of ${rollout.replicas} are of the present version`,
        ...(rollout.refused === undefined ? [] : [rollout.refused]),
        ...new Set(reasons),
      ];
      return {
        ok: rollout.isDone && live.spec?.replicas === wanted,
        found: [`${rollout.available}/${rollout.wanted}`, ...(rollout.isDone ? [] : why)].join("\n"),
      };
    },
  );
}

function hasEndpoints(child: ObservedChild): Check {
  const { namespace } = child.declared.object.metadata;
  const remedy = `compare the Service's selector with the pods' labels: \`kubectl get endpointslices -n ${namespace}\` has its addresses`;
  return check(
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
