import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { containerConfigError, crashLoopBackOff, restarted } from "./crashStages.ts";
import {
  brokenImages,
  containersRun,
  podStage,
  type Stage,
  unready,
  waitingContainers,
  waitingReason,
} from "./stage.ts";

/**
 * What kwok does with nodes and pods, as Stage resources (https://kwok.sigs.k8s.io/docs/user/stages-configuration/):
 * kwok's own stages, except that a pod takes its time to become Ready, that one with an image whose tag contains
 * "broken" never does, and that the containers crash or run as containers/ says.
 * @param kwokManifests - the folder `kustomize` of kwok's module
 * @param readySeconds - from scheduled to Ready
 */
export function stages(kwokManifests: string, readySeconds: number): Stage[] {
  const read = (file: string) => parse(readFileSync(join(kwokManifests, "stage", file), "utf8")) as Stage;
  const ready = read("pod/fast/pod-ready.yaml");
  ready.spec.selector.matchExpressions.push({ key: brokenImages, operator: "DoesNotExist" }, containersRun);
  ready.spec.delay = { durationMilliseconds: readySeconds * 1000 };
  const complete = read("pod/fast/pod-complete.yaml");
  complete.spec.selector.matchExpressions.push(containersRun, { key: waitingReason, operator: "DoesNotExist" });
  return [
    read("node/fast/node-initialize.yaml"),
    read("node/heartbeat-with-lease/node-heartbeat-with-lease.yaml"),
    ready,
    imagePullBackOff,
    crashLoopBackOff,
    containerConfigError,
    { ...restarted, spec: { ...restarted.spec, delay: ready.spec.delay } },
    complete,
    read("pod/fast/pod-delete.yaml"),
  ];
}

/** The status that a kubelet reports while it cannot pull an image. */
const imagePullBackOff = podStage(
  "pod-image-pull-back-off",
  ["Pending"],
  [
    { key: brokenImages, operator: "Exists" },
    { key: waitingReason, operator: "DoesNotExist" },
  ],
  `
{{ $now := Now }}
phase: Pending
startTime: {{ $now | Quote }}
${unready("ContainersNotReady")}
${waitingContainers("ImagePullBackOff", '{{ printf "Back-off pulling image %q: not found" .image | Quote }}')}
`,
  500,
);
