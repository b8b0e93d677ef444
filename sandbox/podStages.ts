import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Stage {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: {
    selector: { matchExpressions: { key: string; operator: string; values?: string[] }[] };
    delay?: { durationMilliseconds: number };
  } & Record<string, unknown>;
}

// kwok's selectors are jq expressions over the object.
const brokenImages = '.spec.containers[].image | select(test(":[^/]*broken"))';

/**
 * What kwok does with nodes and pods, as Stage resources (https://kwok.sigs.k8s.io/docs/user/stages-configuration/):
 * kwok's own stages, except that a pod takes its time to become Ready, and that one with an image whose tag contains
 * "broken" never does.
 * @param kwokManifests - the folder `kustomize` of kwok's module
 * @param readySeconds - from scheduled to Ready
 */
export function stages(kwokManifests: string, readySeconds: number): Stage[] {
  const read = (file: string) => parse(readFileSync(join(kwokManifests, "stage", file), "utf8")) as Stage;
  const ready = read("pod/fast/pod-ready.yaml");
  ready.spec.selector.matchExpressions.push({ key: brokenImages, operator: "DoesNotExist" });
  ready.spec.delay = { durationMilliseconds: readySeconds * 1000 };
  return [
    read("node/fast/node-initialize.yaml"),
    read("node/heartbeat-with-lease/node-heartbeat-with-lease.yaml"),
    ready,
    imagePullBackOff,
    read("pod/fast/pod-complete.yaml"),
    read("pod/fast/pod-delete.yaml"),
  ];
}

/** The status that a kubelet reports while it cannot pull an image. */
const imagePullBackOff: Stage = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name: "pod-image-pull-back-off" },
  spec: {
    resourceRef: { apiGroup: "v1", kind: "Pod" },
    selector: {
      matchExpressions: [
        { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
        { key: ".status.phase", operator: "In", values: ["Pending"] },
        { key: brokenImages, operator: "Exists" },
        { key: ".status.containerStatuses[].state.waiting.reason", operator: "DoesNotExist" },
      ],
    },
    delay: { durationMilliseconds: 500 },
    next: {
      statusTemplate: `
{{ $now := Now }}
phase: Pending
startTime: {{ $now | Quote }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
{{ range $type := (list "Ready" "ContainersReady") }}
- type: {{ $type }}
  status: "False"
  reason: ContainersNotReady
  message: "containers with unready status"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  started: false
  restartCount: 0
  state:
    waiting:
      reason: ImagePullBackOff
      message: {{ printf "Back-off pulling image %q: not found" .image | Quote }}
{{ end }}
`,
    },
  },
};

/** The node on which all pods run. */
export const node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name: "sandbox-0",
    annotations: { "kwok.x-k8s.io/node": "fake" },
    labels: {
      type: "kwok",
      "kubernetes.io/hostname": "sandbox-0",
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
      "topology.kubernetes.io/region": "us-west-2",
      "topology.kubernetes.io/zone": "us-west-2a",
    },
  },
};
