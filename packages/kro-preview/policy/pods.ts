import { groupOf, type KubernetesObject } from "../../kro/index.ts";
import type { Look } from "./look.ts";

/** The pods that an object is, or makes. */
export interface PodLook {
  readonly metadata: Look;
  readonly spec: Look;
  /** In the order of the API server's own checks: init containers, containers, ephemeral ones. */
  readonly containers: readonly Look[];
  /** Without those that only come before the others, or that somebody adds by hand. */
  readonly own: readonly Look[];
  /** They run until somebody ends them: not those of a Job. */
  readonly isLasting: boolean;
}

/**
 * Where a kind has its pods, by group and kind: those that the official admission looks into.
 *
 * @see https://github.com/kubernetes/pod-security-admission/blob/v0.36.3/admission/admission.go
 */
const POD_AT: Readonly<Record<string, readonly string[]>> = {
  "/Pod": [],
  "/PodTemplate": ["template"],
  "/ReplicationController": ["spec", "template"],
  "apps/ReplicaSet": ["spec", "template"],
  "apps/Deployment": ["spec", "template"],
  "apps/StatefulSet": ["spec", "template"],
  "apps/DaemonSet": ["spec", "template"],
  "batch/Job": ["spec", "template"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
};

/** The pods that an object is or makes; undefined for a kind without. */
export function podOf({ apiVersion, kind }: KubernetesObject, object: Look): PodLook | undefined {
  const key = `${groupOf(apiVersion)}/${kind}`;
  const keys = Object.hasOwn(POD_AT, key) ? POD_AT[key]! : undefined;
  if (!keys) return undefined;
  const pod = object.at(...keys);
  const spec = pod.at("spec");
  const lists = ["initContainers", "containers", "ephemeralContainers"].map((list) => spec.at(list).items());
  const isLasting = groupOf(apiVersion) !== "batch";
  return { metadata: pod.at("metadata"), spec, containers: lists.flat(), own: lists[1]!, isLasting };
}
