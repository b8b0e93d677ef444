export { type AwsClient, type AwsSettings, awsClient } from "./awsClient.ts";
export { type PodProblem, podProblem, podsOf } from "./health/pod.ts";
export { type ClusterChoice, type ClusterProvider, findKubeConfig } from "./kubeConfig.ts";
export { type ClusterClient, clusterClient } from "./kubernetesClient.ts";
export { conditionOf, conditionText, type EndpointSlice, type LiveObject, type Pod, titleOf } from "./liveObject.ts";
export { type Found, look, Unreadable } from "./look.ts";
export { condition, type Observed, type ObservedEvent } from "./observed.ts";
export { Observer, type Target } from "./watch.ts";
