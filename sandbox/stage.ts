import { ANNOTATIONS } from "./containers/annotations.ts";

interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

/** One step in the life of an object that kwok plays: https://kwok.sigs.k8s.io/docs/user/stages-configuration/ */
export interface Stage {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: {
    selector: { matchExpressions: Requirement[] };
    delay?: { durationMilliseconds: number };
  } & Record<string, unknown>;
}

// kwok's selectors are jq expressions over the object.
export const brokenImages = '.spec.containers[].image | select(test(":[^/]*broken"))';
export const waitingReason = ".status.containerStatuses[].state.waiting.reason";
export const annotation = (name: keyof typeof ANNOTATIONS) => `.metadata.annotations["${ANNOTATIONS[name]}"]`;

/** What the selectors of stages ask of pods whose containers start. */
export const containersRun = { key: annotation("start"), operator: "In", values: ["runs"] };

/**
 * A stage that pods come to which are not being deleted.
 *
 * @param phases - that they have till then.
 * @param requirements - what else is asked of them.
 * @param statusTemplate - of what they report then, in kwok's language.
 * @param delayMilliseconds - default none.
 */
export const podStage = (
  name: string,
  phases: string[],
  requirements: Requirement[],
  statusTemplate: string,
  delayMilliseconds?: number,
): Stage => ({
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name },
  spec: {
    resourceRef: { apiGroup: "v1", kind: "Pod" },
    selector: {
      matchExpressions: [
        { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
        { key: ".status.phase", operator: "In", values: phases },
        ...requirements,
      ],
    },
    ...(delayMilliseconds !== undefined && { delay: { durationMilliseconds: delayMilliseconds } }),
    next: { statusTemplate },
  },
});

/**
 * Conditions that a kubelet reports of a pod whose containers don't run, for a template that has `$now`.
 *
 * @param reason - of the two that are not true; may be a template.
 */
export const unready = (reason: string): string =>
  `conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
{{ range $type := (list "Ready" "ContainersReady") }}
- type: {{ $type }}
  status: "False"
  reason: ${reason}
  message: "containers with unready status"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}`;

/** Every container waits, and none has run yet. @param message - a template. */
export const waitingContainers = (reason: string, message: string): string =>
  `containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  started: false
  restartCount: 0
  state:
    waiting:
      reason: ${reason}
      message: ${message}
{{ end }}`;
