import { isAlive, type LiveObject, podsOf, rolloutOf } from "../../packages/live/index.ts";
import { withoutCredentials } from "./credentials.ts";

/** Names the template that a pod is made of: Kubernetes sets it. */
const TEMPLATE = "pod-template-hash";

/**
 * Whether a Deployment's present template has pods without credentials, which stay so. Pods of an earlier template go away
 * by themselves in a rollout; those of the present one are known by the newest, once the Deployment has made any.
 */
export function tooEarly(deployment: LiveObject, objects: readonly LiveObject[]): boolean {
  const { isSeen, updated } = rolloutOf(deployment);
  if (deployment.metadata.deletionTimestamp || !isSeen || updated === 0) return false;
  const pods = podsOf(deployment, objects)
    .filter(isAlive)
    .toSorted((a, b) => Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp));
  const present = pods.filter(({ metadata }) => metadata.labels?.[TEMPLATE] === pods[0]!.metadata.labels?.[TEMPLATE]);
  return withoutCredentials(present, deployment).length > 0;
}
