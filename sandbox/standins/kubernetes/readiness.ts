import { isProperties } from "../plugin/values.ts";
import { annotationOf, type KubernetesObject, kindOf, nested, numberAt, textAt } from "./kubernetesObject.ts";
import { type Condition, parseWaitFor, type Verdict } from "./waitFor.ts";

const defaultTimeoutSeconds = 600;

/** What to wait for after a create or an update; nothing unless the annotations or the environment ask for it. */
export type Readiness = { readonly wait: readonly Condition[] } | { readonly wait: undefined; readonly note?: string };

/** Whether and how long to wait is the program's word; what for is read from the object that the server has. */
export function readinessOf(inputs: KubernetesObject, live: KubernetesObject): Readiness {
  if (annotationOf(inputs, "pulumi.com/skipAwait") === "true") return { wait: undefined, note: "Skipping await logic" };
  const waitFor = annotationOf(live, "pulumi.com/waitFor");
  if (waitFor !== "") return { wait: parseWaitFor(waitFor) };
  return process.env.PULUMI_K8S_AWAIT_ALL === "true" ? { wait: [genericReady] } : { wait: undefined };
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
