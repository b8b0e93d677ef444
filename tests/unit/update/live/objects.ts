import { VARIABLES } from "../../../../automation/heal/index.ts";
import type { FollowedInstance } from "../../../../automation/update/live/progress.ts";
import type { Condition, LiveObject } from "../../../../packages/live/liveObject.ts";

const NAMESPACE = "carts-kro";
const CREATED = "2026-01-01T00:00:00Z";

export const instance: FollowedInstance = {
  apiVersion: "kro.run/v1alpha1",
  kind: "CartsStack",
  namespace: "default",
  name: "carts",
  children: [
    { apiVersion: "v1", kind: "Namespace", namespace: undefined, name: NAMESPACE, node: "ns", wave: 1 },
    {
      apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
      kind: "Table",
      namespace: NAMESPACE,
      name: "carts-table",
      node: "table",
      wave: 2,
    },
    { apiVersion: "apps/v1", kind: "Deployment", namespace: NAMESPACE, name: "carts", node: "deployment", wave: 3 },
  ],
};

/** An instance object as kro leaves it. */
export const instanceObject = (...conditions: Condition[]): LiveObject => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "CartsStack",
  metadata: { name: "carts", namespace: "default", generation: 2, creationTimestamp: CREATED },
  status: { conditions },
});

export const namespaceObject = (phase = "Active"): LiveObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: NAMESPACE, creationTimestamp: CREATED },
  status: { phase },
});

/** A Table as ACK leaves it. */
export const tableObject = (...conditions: Condition[]): LiveObject => ({
  apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
  kind: "Table",
  metadata: { name: "carts-table", namespace: NAMESPACE, creationTimestamp: CREATED },
  status: { conditions },
});

/** A Deployment of one replica with generation 2. */
export const deploymentObject = (status: LiveObject["status"] = {}): LiveObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "carts", namespace: NAMESPACE, generation: 2, creationTimestamp: CREATED },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "carts" } },
    template: { metadata: { labels: { app: "carts" } }, spec: { containers: [{ name: "carts" }] } },
  },
  status,
});

export const ROLLED_OUT = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

/** A pod of that Deployment. */
export const podObject = (status: LiveObject["status"]): LiveObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "carts-1", namespace: NAMESPACE, creationTimestamp: CREATED, labels: { app: "carts" } },
  spec: { containers: [{ name: "carts", image: "shop/carts:1" }] },
  status,
});

/** The same pod, admitted when its association counted. */
export function withCredentials(pod: LiveObject): LiveObject {
  const { containers } = pod.spec as unknown as { readonly containers: readonly object[] };
  const env = VARIABLES.map((name) => ({ name, value: "x" }));
  return { ...pod, spec: { ...pod.spec, containers: containers.map((container) => ({ ...container, env })) } };
}

/** A pod whose container waits. */
export const waitingPod = (reason: string, message?: string): LiveObject =>
  podObject({
    phase: "Pending",
    conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady", message: "unready" }],
    containerStatuses: [{ name: "carts", state: { waiting: { reason, message } } }],
  });
