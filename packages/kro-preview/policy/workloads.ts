import type { Value } from "../../kro/index.ts";
import type { Look } from "./look.ts";
import type { PodLook } from "./pods.ts";
import type { Fault, PolicyRule, Setting } from "./rule.ts";

const RESOURCES = "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/";
const PROBES = "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/";
const IMAGES = "https://kubernetes.io/docs/concepts/containers/images/#image-names";

const missing = (value: Value | undefined): boolean => value === undefined;

/** The containers for which nothing is set at any of some places, neither there nor for the pod as a whole. */
const lacking = (pod: PodLook, containers: readonly Look[], ...places: (readonly string[])[]): Look[] =>
  containers.filter((one) => [one, pod.spec].every((look) => places.every((keys) => look.at(...keys).is(missing))));

const faults = (containers: readonly Look[], path: string, message: (name: string) => string): Fault[] =>
  containers.map((one) => ({ message: message(one.name), path: `${one.path}.${path}` }));

/** A resource that is asked for, or that is the most a container may have. */
const resourceRule = (
  id: string,
  setting: Setting,
  meaning: string,
  list: "requests" | "limits",
  resource: "cpu" | "memory",
): PolicyRule => ({
  id,
  meaning,
  default: setting,
  source: RESOURCES,
  check({ pod }) {
    if (!pod) return [];
    // Where no request is set, the limit is the request: the API server's default.
    const places = [list, ...(list === "requests" ? ["limits"] : [])].map((one) => ["resources", one, resource]);
    // Init containers share with the others what they ask for.
    const bad = lacking(pod, pod.own, ...places);
    const noun = list === "requests" ? "request" : "limit";
    return faults(bad, `resources.${list}.${resource}`, (name) => `container "${name}" has no ${resource} ${noun}`);
  },
});

export const resourceRules: readonly PolicyRule[] = [
  resourceRule("cpu-request", "warn", "containers request CPU", "requests", "cpu"),
  resourceRule("memory-request", "warn", "containers request memory", "requests", "memory"),
  resourceRule("memory-limit", "warn", "containers have a limit of memory", "limits", "memory"),
  resourceRule(
    "cpu-limit",
    "off",
    "containers have a limit of CPU; off, as one slows a container down beside idle processors",
    "limits",
    "cpu",
  ),
];

const probeRule = (id: string, probe: string, meaning: string): PolicyRule => ({
  id,
  meaning,
  default: "warn",
  source: PROBES,
  check({ pod }) {
    if (!pod?.isLasting) return [];
    const bad = pod.own.filter((one) => one.at(probe).is(missing));
    return faults(bad, probe, (name) => `container "${name}" has no ${probe}`);
  },
});

export const probeRules: readonly PolicyRule[] = [
  probeRule("readiness-probe", "readinessProbe", "containers say when they can serve; not those of a Job"),
  probeRule("liveness-probe", "livenessProbe", "containers say when they must be started again; not those of a Job"),
];

export const imageTag: PolicyRule = {
  id: "image-tag",
  meaning: "images have a digest, or a tag other than `latest`",
  default: "error",
  source: IMAGES,
  check({ pod }) {
    const images = (pod?.containers ?? []).map((one) => ({ name: one.name, image: one.at("image") }));
    return images.flatMap(({ name, image }) => {
      const text = image.text();
      const problem = text ? tagProblem(text) : undefined;
      return problem ? [{ message: `container "${name}" has the image ${text}, ${problem}`, path: image.path }] : [];
    });
  },
};

/**
 * A registry's port is no tag, and a digest ends as a tag that is never another image.
 *
 * @see https://github.com/distribution/reference: name, tag and digest
 */
function tagProblem(image: string): string | undefined {
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined
    ? "which has no tag: it is `latest`"
    : tag === "latest"
      ? "whose tag may be another image each time"
      : undefined;
}
