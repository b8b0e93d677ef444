export { AWS_KEYS, accountOf, awsOf, awsOfConfig, eksClusterOf, providerOfAws, tableOwners } from "./aws.ts";
export { KRO, kubeConfigOf, providerOf, readStateAgain } from "./cluster.ts";
export { readStackConfig, type StackConfig } from "./config.ts";
export { type Elsewhere, type Parts, splitByCluster } from "./elsewhere.ts";
export { exportedState } from "./exported.ts";
export { explainLock, lockIn } from "./locks.ts";
export { type Outputs, outputLines, shownOutputs } from "./outputs.ts";
export { previewPlan, type TakenField } from "./previewPlan.ts";
export { pulumiOnPath, runPulumi } from "./pulumi.ts";
export { errorLine, errorOf, failureText, isExplained, type PulumiError, programHeadline } from "./pulumiError.ts";
export { driftBeside, quickDrift } from "./quickDrift.ts";
export { isAwsKind } from "./recovery/aws.ts";
export { releaseLeft } from "./recovery/managers.ts";
export { refreshDrift } from "./refreshDrift.ts";
export { completeTaken, explainPending, probeLock, recover, releaseLock, takeBack } from "./resume.ts";
export { runningUpdate } from "./runningUpdate.ts";
export { type OpenStack, openStack, type SelectedStack, type StackChoice, selectStack } from "./selection.ts";
export { loadDefinition, shippedDefinition } from "./shippedDefinition.ts";
export {
  type ManagedResource,
  type ManagedStack,
  nameOfUrn,
  objectKey,
  objectKind,
  type PendingOperation,
  type ResourceState,
  readState,
  type StackState,
} from "./state.ts";
export { unmaskSteps } from "./unmaskSteps.ts";
