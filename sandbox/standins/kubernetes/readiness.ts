import { isProperties } from "../plugin/values.ts";
import {
  annotationOf,
  apiVersionOf,
  type KubernetesObject,
  kindOf,
  nameOf,
  nested,
  numberAt,
  textAt,
} from "./kubernetesObject.ts";
import { type Condition, parseWaitFor, type Verdict } from "./waitFor.ts";

const defaultTimeoutSeconds = 600;

/** What to wait for after a create or an update: of a Deployment its rollout, else what annotations or environment say. */
export type Readiness = { readonly wait: readonly Condition[] } | { readonly wait: undefined; readonly note?: string };

/** Whether and how long to wait is the program's word; what for is read from the object that the server has. */
export function readinessOf(inputs: KubernetesObject, live: KubernetesObject): Readiness {
  if (annotationOf(inputs, "pulumi.com/skipAwait") === "true") return { wait: undefined, note: "Skipping await logic" };
  const waitFor = annotationOf(live, "pulumi.com/waitFor");
  if (waitFor !== "") return { wait: parseWaitFor(waitFor) };
  if (isDeployment(live)) return { wait: [deploymentReady] };
  return process.env.PULUMI_K8S_AWAIT_ALL === "true" ? { wait: [genericReady] } : { wait: undefined };
}

/** What to say of an object that is read and isn't ready; nothing of one that needs no waiting. */
export function unreadyReasons(inputs: KubernetesObject, live: KubernetesObject): string[] {
  const skipped = annotationOf(inputs, "pulumi.com/skipAwait") === "true";
  if (skipped || !isDeployment(live) || deploymentReady(live).done) return [];
  return [
    `Resource '${nameOf(live)}' was created but failed to initialize`,
    "Minimum number of Pods to consider the application live was not attained",
  ];
}

const isDeployment = (object: KubernetesObject): boolean =>
  apiVersionOf(object) === "apps/v1" && kindOf(object) === "Deployment";

/** Whether every pod of a Deployment is of its present generation, and available. */
function deploymentReady(object: KubernetesObject): Verdict {
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = (field: string) => numberAt(object, "status", field) ?? 0;
  const conditions = nested(object, "status", "conditions");
  const progressed =
    Array.isArray(conditions) &&
    conditions.some((condition) => isProperties(condition) && condition.reason === "NewReplicaSetAvailable");
  const current = count("observedGeneration") >= (numberAt(object, "metadata", "generation") ?? 0);
  if (current && progressed && count("updatedReplicas") >= wanted && count("availableReplicas") >= wanted) {
    return { done: true, severity: "info", message: "Deployment initialization complete" };
  }
  // The older pods are available as well, while they last.
  const older = count("replicas") - count("updatedReplicas");
  const available = current ? Math.max(0, count("availableReplicas") - older) : 0;
  const message = `Waiting for app ReplicaSet to be available (${available}/${wanted} Pods available)`;
  return { done: false, severity: "info", message };
}

/** The resource's custom timeout, else the annotation `pulumi.com/timeoutSeconds`, else ten minutes; in milliseconds. */
export function timeoutMilliseconds(customSeconds: number | undefined, inputs: KubernetesObject): number {
  const annotation = annotationOf(inputs, "pulumi.com/timeoutSeconds");
  const annotated = /^[+-]?\d+$/.test(annotation) ? Number(annotation) : undefined;
  return Math.trunc(customSeconds ?? annotated ?? defaultTimeoutSeconds) * 1000;
}

/**
 * Whether an object of unknown kind looks ready, by the conventions of
 * https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */
export function genericReady(object: KubernetesObject): Verdict {
  const { done, message } = generalStatus(object);
  return { done, severity: "info", message: message || "Waiting for readiness" };
}

/** The same conventions' words for the state of an object, as shown while it is deleted. */
export function generalStatus(object: KubernetesObject): { done: boolean; message: string } {
  if (textAt(object, "metadata", "deletionTimestamp") !== "") {
    return { done: false, message: "Resource scheduled for deletion" };
  }
  const generation = numberAt(object, "metadata", "generation");
  const observed = numberAt(object, "status", "observedGeneration");
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    const message = `${kindOf(object)} generation is ${generation}, but latest observed generation is ${observed}`;
    return { done: false, message };
  }
  const conditions = nested(object, "status", "conditions");
  const all = Array.isArray(conditions) ? conditions.filter(isProperties) : [];
  const troubled = all.find(({ type, status }) => (type === "Reconciling" || type === "Stalled") && status === "True");
  if (troubled) return { done: false, message: String(troubled.message ?? "") };
  const ready = all.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return { done: true, message: "Resource is Ready" };
  if (ready) return { done: false, message: String(ready.message ?? "") };
  return { done: true, message: "Resource is current" };
}
