import { ANNOTATIONS } from "./containers/annotations.ts";
import {
  annotation,
  brokenImages,
  containersRun,
  podStage,
  unready,
  waitingContainers,
  waitingReason,
} from "./stage.ts";

// As in kwok's own stage pod-ready, once: a pod keeps its address.
const addresses = `
{{ if not .status.podIP }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ end }}`;

/** The status that a kubelet reports of containers that have crashed again, or once if they are not to be restarted. */
export const crashLoopBackOff = podStage(
  "pod-crash-loop-back-off",
  ["Pending", "Running"],
  [
    { key: brokenImages, operator: "DoesNotExist" },
    { key: annotation("start"), operator: "In", values: ["crashes"] },
    // There is another crash than the status tells of.
    {
      key: `select(${annotation("restarts")} != (.status.containerStatuses[0].restartCount | tostring)) | .metadata.name`,
      operator: "Exists",
    },
  ],
  `
{{ $now := Now }}
{{ $pod := . }}
{{ $restarts := index .metadata.annotations "${ANNOTATIONS.restarts}" | int }}
{{ $message := index .metadata.annotations "${ANNOTATIONS.message}" }}
{{ $isLast := eq .spec.restartPolicy "Never" }}
{{ $backOff := 10 }}
{{ range until (max 0 (sub $restarts 1) | int) }}
{{ $backOff = min 300 (mul 2 $backOff) }}
{{ end }}
phase: {{ if $isLast }}Failed{{ else }}Running{{ end }}
startTime: {{ or .status.startTime $now | Quote }}
${unready("{{ if $isLast }}PodFailed{{ else }}ContainersNotReady{{ end }}")}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  started: false
  restartCount: {{ $restarts }}
  {{ if not $isLast }}
  state:
    waiting:
      reason: CrashLoopBackOff
      message: {{ printf "back-off %vs restarting failed container=%s pod=%s_%s(%s)" $backOff .name $pod.metadata.name $pod.metadata.namespace $pod.metadata.uid | Quote }}
  {{ end }}
  {{ if $isLast }}state{{ else }}lastState{{ end }}:
    terminated:
      exitCode: 1
      reason: Error
      {{ if eq (or .terminationMessagePolicy "File") "FallbackToLogsOnError" }}
      message: {{ $message | Quote }}
      {{ end }}
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
{{ end }}
${addresses}
`,
);

/** The status that a kubelet reports of containers that refer to what isn't there. The pod gets its address with the next. */
export const containerConfigError = podStage(
  "pod-container-config-error",
  ["Pending"],
  [
    { key: brokenImages, operator: "DoesNotExist" },
    { key: annotation("start"), operator: "In", values: ["waits"] },
    // It waits for something else than the status tells of.
    {
      key: `select(${annotation("message")} != .status.containerStatuses[0].state.waiting.message) | .metadata.name`,
      operator: "Exists",
    },
  ],
  `
{{ $now := Now }}
phase: Pending
startTime: {{ or .status.startTime $now | Quote }}
${unready("ContainersNotReady")}
${waitingContainers("CreateContainerConfigError", `{{ index $.metadata.annotations "${ANNOTATIONS.message}" | Quote }}`)}
`,
);

/** The status once containers that had crashed run after all. */
export const restarted = podStage(
  "pod-restarted",
  ["Running"],
  [{ key: waitingReason, operator: "In", values: ["CrashLoopBackOff"] }, containersRun],
  `
{{ $now := Now }}
{{ $pod := . }}
conditions:
{{ range $type := (list "Initialized" "Ready" "ContainersReady") }}
- { type: {{ $type }}, status: "True", lastTransitionTime: {{ $now | Quote }} }
{{ end }}
containerStatuses:
{{ range $index, $container := .spec.containers }}
{{ $before := index $pod.status.containerStatuses $index }}
- name: {{ $container.name | Quote }}
  image: {{ $container.image | Quote }}
  imageID: ""
  ready: true
  started: true
  restartCount: {{ index $pod.metadata.annotations "${ANNOTATIONS.restarts}" | int }}
  state:
    running:
      startedAt: {{ $now | Quote }}
  lastState:
    {{ YAML $before.lastState 2 }}
{{ end }}
`,
);
