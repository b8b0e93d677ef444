import type { Look } from "../look.ts";
import type { PodLook } from "../pods.ts";
import { addedBeyond, badSeccomp, SECCOMP_TYPES, unlessOwnUsers, unmaskedProc } from "./baseline.ts";
import type { Control } from "./control.ts";
import { containers, quoted, setters, sorted } from "./sentences.ts";

/** Windows has none of these settings: the API server refuses pods that have them there. */
const unlessWindows =
  (refusal: Control["refusal"]): Control["refusal"] =>
  (pod) => {
    const refused = refusal(pod);
    return refused !== undefined && pod.spec.at("os", "name").is((value) => value !== "windows") ? refused : undefined;
  };

export const allowPrivilegeEscalation: Control = {
  id: "allowPrivilegeEscalation",
  level: "restricted",
  meaning: "no process of a container gets more rights than its parent has",
  refusal: unlessWindows(({ containers: all }) => {
    const bad = all.filter((one) =>
      one.at("securityContext", "allowPrivilegeEscalation").is((value) => value !== false),
    );
    return bad.length > 0
      ? `allowPrivilegeEscalation != false (${containers(bad)} must set securityContext.allowPrivilegeEscalation=false)`
      : undefined;
  }),
};

export const capabilitiesRestricted: Control = {
  id: "capabilities_restricted",
  level: "restricted",
  overrides: "capabilities_baseline",
  meaning: "containers drop ALL capabilities, and add NET_BIND_SERVICE at the most",
  refusal: unlessWindows(({ containers: all }) => {
    const added = (one: Look) => addedBeyond(["NET_BIND_SERVICE"], one);
    const [keeping, adding] = [all.filter(keepsSome), all.filter((one) => added(one).length > 0)];
    const what = [
      ...(keeping.length > 0 ? [`${containers(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
      ...(adding.length > 0
        ? [
            `${containers(adding)} must not include ${quoted(sorted(adding.flatMap(added)))} in securityContext.capabilities.add`,
          ]
        : []),
    ];
    return what.length > 0 ? `unrestricted capabilities (${what.join("; ")})` : undefined;
  }),
};

function keepsSome(container: Look): boolean {
  const drop = container.at("securityContext", "capabilities", "drop");
  if (drop.is((value) => value === undefined)) return true;
  if (drop.told() === undefined) return false;
  const items = drop.items();
  // Of an element that can't be told nobody knows that it isn't the one.
  return items.every((item) => item.isKnown) && !items.some((item) => item.told() === "ALL");
}

export const procMountRestricted: Control = {
  id: "procMount_restricted",
  level: "restricted",
  overrides: "procMount",
  meaning: "containers see no more of /proc than the runtime shows",
  refusal: unmaskedProc,
};

const VOLUMES = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected"],
  "secret",
];

const OTHER_VOLUMES = [
  ...["hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd"],
  ...["flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk"],
  ...["photonPersistentDisk", "portworxVolume", "scaleIO", "storageos"],
];

export const restrictedVolumes: Control = {
  id: "restrictedVolumes",
  level: "restricted",
  overrides: "hostPathVolumes",
  meaning: "volumes are of a kind that holds nothing of the node, and nothing that is mounted past Kubernetes",
  refusal({ spec }) {
    const typeOf = (volume: Look): string | undefined => {
      if (!volume.isKnown || VOLUMES.some((type) => volume.at(type).isThere)) return undefined;
      // A volume that names no kind is an emptyDir: the API server's default.
      return OTHER_VOLUMES.find((type) => volume.at(type).is((value) => value !== undefined));
    };
    const bad = spec
      .at("volumes")
      .items()
      .filter((volume) => typeOf(volume) !== undefined);
    if (bad.length === 0) return undefined;
    const types = sorted(bad.map((volume) => typeOf(volume)!));
    return (
      `restricted volume types (${bad.length === 1 ? "volume" : "volumes"} ${quoted(bad.map(({ name }) => name))} ` +
      `${bad.length === 1 ? "uses" : "use"} ${types.length === 1 ? "restricted volume type" : "restricted volume types"} ` +
      `${quoted(types)})`
    );
  },
};

export const runAsNonRoot: Control = {
  id: "runAsNonRoot",
  level: "restricted",
  meaning: "containers must run as another user than root, unless the pod has users of its own",
  refusal: unlessOwnUsers(({ spec, containers: all }) => {
    const own = (look: Look) => look.at("securityContext", "runAsNonRoot");
    const isBad = (look: Look) => own(look).is((value) => value === false);
    const who = setters(isBad(spec), all.filter(isBad));
    if (who) return `runAsNonRoot != true (${who} must not set securityContext.runAsNonRoot=false)`;
    const left = all.filter((one) => own(one).is((value) => value === undefined));
    if (left.length === 0 || !own(spec).is((value) => value !== true)) return undefined;
    return `runAsNonRoot != true (pod or ${containers(left)} must set securityContext.runAsNonRoot=true)`;
  }),
};

export const runAsUser: Control = {
  id: "runAsUser",
  level: "restricted",
  meaning: "containers don't say that they run as root, unless the pod has users of its own",
  refusal: unlessOwnUsers(({ spec, containers: all }) => {
    const isBad = (look: Look) => look.at("securityContext", "runAsUser").is((value) => value === 0);
    const who = setters(isBad(spec), all.filter(isBad));
    return who ? `runAsUser=0 (${who} must not set runAsUser=0)` : undefined;
  }),
};

export const seccompRestricted: Control = {
  id: "seccompProfile_restricted",
  level: "restricted",
  overrides: "seccompProfile_baseline",
  meaning: "every container has the runtime's seccomp profile, or one of localhost",
  refusal: unlessWindows((pod) => badSeccomp(pod) ?? missingSeccomp(pod)),
};

function missingSeccomp({ spec, containers: all }: PodLook): string | undefined {
  const profile = (look: Look) => look.at("securityContext", "seccompProfile");
  const left = all.filter((one) => profile(one).is((value) => value === undefined));
  const isGiven = profile(spec)
    .at("type")
    .is((type) => !SECCOMP_TYPES.includes(String(type ?? "")));
  if (left.length === 0 || !isGiven) return undefined;
  return `seccompProfile (pod or ${containers(left)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`;
}
