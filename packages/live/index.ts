export { ApiError, isForbidden, isRefused } from "./apiError.ts";
export { conflictsIn, type FieldConflict } from "./fieldConflict.ts";
export {
  fieldOf,
  lastWrite,
  managersOf,
  pulumiManagersOf,
  releaseCommand,
  type Written,
  withoutFieldsWritten,
  withoutManagers,
  writtenBy,
  writtenField,
  writtenItem,
  yieldsToPulumi,
} from "./fieldManagers.ts";

export { ACK_KINDS, ackHealth, DELETION_POLICY, isOfAck } from "./health/ack.ts";
export { conditionOf, conditionsOf, conditionText } from "./health/condition.ts";
export { kroHealth, refusalOf } from "./health/kro.ts";
export { isActive, remainingIn } from "./health/namespace.ts";
export { isAlive, isServing, type PodProblem, podProblems, podsOf } from "./health/pod.ts";
export { rolloutOf } from "./health/rollout.ts";
export { INSTANCE_LABELS } from "./instanceLabels.ts";
export { type ClusterChoice, type ClusterProvider, findKubeConfig } from "./kubeConfig.ts";

export { kubectlName, patchCommand } from "./kubectl.ts";
export { type ClusterClient, clusterClient } from "./kubernetesClient.ts";
export type { Condition, EndpointSlice, EventObject, LiveObject, Pod } from "./liveObject.ts";
export { preload } from "./preload.ts";
export { type Target, Watcher } from "./watch.ts";
