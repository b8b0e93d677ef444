import type { PolicyRule } from "../rule.ts";
import {
  appArmorProfile,
  capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  seccompBaseline,
  seLinuxOptions,
  sysctls,
  windowsHostProcess,
} from "./baseline.ts";
import type { Control } from "./control.ts";
import {
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  procMountRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompRestricted,
} from "./restricted.ts";

/**
 * The Pod Security Standards as Kubernetes 1.36 checks them, which are those of 1.35: k8s.io/pod-security-admission
 * v0.36.3, control by control. Other versions of the standards are not kept here.
 */
const CONTROLS: readonly Control[] = [
  ...[hostNamespaces, privileged, capabilitiesBaseline, hostPathVolumes, hostPorts, hostProbes, appArmorProfile],
  ...[seLinuxOptions, procMount, seccompBaseline, sysctls, windowsHostProcess],
  ...[restrictedVolumes, allowPrivilegeEscalation, runAsNonRoot, runAsUser, seccompRestricted, capabilitiesRestricted],
  procMountRestricted,
];

const STANDARDS = "https://kubernetes.io/docs/concepts/security/pod-security-standards/";

/** A rule for each control of the Pod Security Standards. */
export const podSecurityRules: readonly PolicyRule[] = CONTROLS.map((control) => ({
  id: podSecurityId(control.id),
  meaning: control.meaning,
  default: "error",
  source: `${STANDARDS}#${control.level}`,
  levels: levelsOf(control),
  check({ pod }) {
    const message = pod && control.refusal(pod);
    return message === undefined ? [] : [{ message, path: pod!.spec.path }];
  },
}));

/** `seccompProfile_restricted` is the rule `pod-security-seccomp-profile-restricted`. */
function podSecurityId(control: string): string {
  const words = control.replace("seLinux", "Selinux").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `pod-security-${words.replace(/^-/, "").replace("_", "-")}`;
}

function levelsOf({ id, level }: Control): readonly ("baseline" | "restricted")[] {
  if (level === "restricted") return ["restricted"];
  return CONTROLS.some(({ overrides }) => overrides === id) ? ["baseline"] : ["baseline", "restricted"];
}
