import type { Value } from "../../../kro/index.ts";
import type { Look } from "../look.ts";
import type { PodLook } from "../pods.ts";
import type { Control } from "./control.ts";
import { containers, quoted, setters, sorted } from "./sentences.ts";

const isSet = (value: Value | undefined): boolean => value !== undefined && value !== "";
const notIn =
  (allowed: readonly string[]) =>
  (value: Value | undefined): boolean =>
    value !== undefined && !allowed.includes(String(value));
const context = (container: Look, ...keys: string[]): Look => container.at("securityContext", ...keys);

const ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

export const appArmorProfile: Control = {
  id: "appArmorProfile",
  level: "baseline",
  meaning: "AppArmor profiles are the runtime's own or localhost's",
  refusal({ metadata, spec, containers: all }) {
    const profile = (look: Look) => look.at("securityContext", "appArmorProfile");
    const isBad = (look: Look) =>
      profile(look).isThere &&
      profile(look)
        .at("type")
        .is((type) => !notMissing(type) || notIn(PROFILES)(type));
    const notMissing = (type: Value | undefined) => type !== undefined;
    const [pod, bad] = [isBad(spec), all.filter(isBad)];
    const values = [...(pod ? [spec] : []), ...bad].map((look) => String(profile(look).at("type").told() ?? ""));
    const annotations = metadata
      .at("annotations")
      .items()
      .filter(
        (one) =>
          one.key.startsWith(ANNOTATION) &&
          one.is((value) => !/^(runtime\/default$|localhost\/|$)/.test(String(value ?? ""))),
      )
      .map((one) => `${one.key}=${JSON.stringify(one.told())}`)
      .sort();
    const noun = annotations.length === 1 ? "annotation" : "annotations";
    const who = [setters(pod, bad), annotations.length > 0 ? noun : ""].filter(Boolean).join(" and ");
    if (!who) return undefined;
    const all_ = [...sorted(values), ...annotations];
    return `forbidden AppArmor ${all_.length === 1 ? "profile" : "profiles"} (${who} must not set AppArmor profile type to ${quoted(all_)})`;
  },
};

const PROFILES = ["RuntimeDefault", "Localhost"];

const DEFAULT_CAPABILITIES = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"],
  ...["SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

/** The capabilities that a container adds, beyond some. */
export const addedBeyond = (allowed: readonly string[], container: Look): string[] =>
  context(container, "capabilities", "add")
    .items()
    .filter((capability) => capability.is(notIn(allowed)))
    .map((capability) => String(capability.told()));

export const capabilitiesBaseline: Control = {
  id: "capabilities_baseline",
  level: "baseline",
  meaning: "containers add no capability beyond the runtime's own",
  refusal({ containers: all }) {
    const bad = all.filter((one) => addedBeyond(DEFAULT_CAPABILITIES, one).length > 0);
    if (bad.length === 0) return undefined;
    const added = sorted(bad.flatMap((one) => addedBeyond(DEFAULT_CAPABILITIES, one)));
    return `non-default capabilities (${containers(bad)} must not include ${quoted(added)} in securityContext.capabilities.add)`;
  },
};

export const hostNamespaces: Control = {
  id: "hostNamespaces",
  level: "baseline",
  meaning: "pods have network, process and IPC namespaces of their own",
  refusal({ spec }) {
    const shared = ["hostNetwork", "hostPID", "hostIPC"].filter((key) => spec.at(key).is((value) => value === true));
    return shared.length > 0 ? `host namespaces (${shared.map((key) => `${key}=true`).join(", ")})` : undefined;
  },
};

export const hostPathVolumes: Control = {
  id: "hostPathVolumes",
  level: "baseline",
  meaning: "no volume is a path of the node",
  refusal({ spec }) {
    const bad = spec
      .at("volumes")
      .items()
      .filter((one) => one.at("hostPath").is((value) => value !== undefined));
    const names = quoted(bad.map(({ name }) => name));
    return bad.length > 0 ? `hostPath volumes (${bad.length === 1 ? "volume" : "volumes"} ${names})` : undefined;
  },
};

export const hostPorts: Control = {
  id: "hostPorts",
  level: "baseline",
  meaning: "containers take no port of the node",
  refusal({ containers: all }) {
    const ports = (container: Look) =>
      container
        .at("ports")
        .items()
        .map((port) => port.at("hostPort"))
        .filter((port) => port.is((value) => (value ?? 0) !== 0));
    const bad = all.filter((one) => ports(one).length > 0);
    if (bad.length === 0) return undefined;
    const numbers = sorted(bad.flatMap((one) => ports(one).map((port) => String(port.told()))));
    return (
      `hostPort (${containers(bad)} ${bad.length === 1 ? "uses" : "use"} ` +
      `${numbers.length === 1 ? "hostPort" : "hostPorts"} ${numbers.join(", ")})`
    );
  },
};

/** Where a container may name a host that the kubelet is to ask. */
const HANDLERS = [
  ...["livenessProbe", "readinessProbe", "startupProbe"].map((probe) => [probe]),
  ...["postStart", "preStop"].map((hook) => ["lifecycle", hook]),
].flatMap((at) => ["httpGet", "tcpSocket"].map((way) => [...at, way, "host"]));

export const hostProbes: Control = {
  id: "hostProbesAndHostLifecycle",
  level: "baseline",
  meaning: "probes and lifecycle hooks ask no other host",
  refusal({ containers: all }) {
    const hosts = (one: Look) => HANDLERS.map((keys) => one.at(...keys)).filter((host) => host.is(isSet));
    const bad = all.filter((one) => hosts(one).length > 0).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    if (bad.length === 0) return undefined;
    const named = sorted(bad.flatMap((one) => hosts(one).map((host) => String(host.told()))));
    return (
      `probe or lifecycle host (${containers(bad)} ${bad.length === 1 ? "uses" : "use"} ` +
      `${named.length === 1 ? "probe or lifecycle host" : "probe or lifecycle hosts"} ${quoted(named)})`
    );
  },
};

export const privileged: Control = {
  id: "privileged",
  level: "baseline",
  meaning: "no container is privileged",
  refusal({ containers: all }) {
    const bad = all.filter((one) => context(one, "privileged").is((value) => value === true));
    return bad.length > 0 ? `privileged (${containers(bad)} must not set securityContext.privileged=true)` : undefined;
  },
};

/** What containers that mask less of /proc than the runtime does are refused for. */
export function unmaskedProc({ containers: all }: PodLook): string | undefined {
  const bad = all.filter((one) => context(one, "procMount").is(notIn(["Default"])));
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map((one) => String(context(one, "procMount").told())));
  return `procMount (${containers(bad)} must not set securityContext.procMount to ${quoted(types)})`;
}

/** Since 1.35 some controls let pods be that have users of their own: root of theirs is nobody on the node. */
export const unlessOwnUsers =
  (refusal: Control["refusal"]): Control["refusal"] =>
  (pod) => {
    const refused = refusal(pod);
    return refused !== undefined && pod.spec.at("hostUsers").is((value) => value !== false) ? refused : undefined;
  };

export const procMount: Control = {
  id: "procMount",
  level: "baseline",
  meaning: "containers see no more of /proc than the runtime shows, unless the pod has users of its own",
  refusal: unlessOwnUsers(unmaskedProc),
};

const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

export const seLinuxOptions: Control = {
  id: "seLinuxOptions",
  level: "baseline",
  meaning: "SELinux types are a container's, and users and roles are not set",
  refusal({ spec, containers: all }) {
    const option = (look: Look, key: string) => look.at("securityContext", "seLinuxOptions", key);
    const badType = (look: Look) => option(look, "type").is(notIn(SELINUX_TYPES));
    const sets = (key: string) => (look: Look) => option(look, key).is(isSet);
    const isBad = (look: Look) => [badType, sets("user"), sets("role")].map((test) => test(look)).includes(true);
    const [pod, bad] = [isBad(spec), all.filter(isBad)];
    if (!pod && bad.length === 0) return undefined;
    const those = [...(pod ? [spec] : []), ...bad];
    const types = sorted(those.filter(badType).map((look) => String(option(look, "type").told())));
    const what = [
      ...(types.length > 0 ? [`${types.length === 1 ? "type" : "types"} ${quoted(types)}`] : []),
      ...["user", "role"].filter((key) => those.some(sets(key))).map((key) => `${key} may not be set`),
    ];
    return `seLinuxOptions (${setters(pod, bad)} set forbidden securityContext.seLinuxOptions: ${what.join("; ")})`;
  },
};

export const SECCOMP_TYPES = ["Localhost", "RuntimeDefault"];

/** The pod or containers that set a seccomp profile which is not allowed, and the refusal for them. */
export function badSeccomp({ spec, containers: all }: PodLook): string | undefined {
  const profile = (look: Look) => look.at("securityContext", "seccompProfile");
  const isBad = (look: Look) =>
    profile(look).isThere &&
    profile(look)
      .at("type")
      .is((type) => !SECCOMP_TYPES.includes(String(type ?? "")));
  const [pod, bad] = [isBad(spec), all.filter(isBad)];
  if (!pod && bad.length === 0) return undefined;
  const types = sorted([...(pod ? [spec] : []), ...bad].map((look) => String(profile(look).at("type").told() ?? "")));
  return `seccompProfile (${setters(pod, bad)} must not set securityContext.seccompProfile.type to ${quoted(types)})`;
}

export const seccompBaseline: Control = {
  id: "seccompProfile_baseline",
  level: "baseline",
  meaning: "no seccomp profile is turned off",
  refusal: badSeccomp,
};

const SYSCTLS = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"],
  ...["net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"],
  ...["net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
];

export const sysctls: Control = {
  id: "sysctls",
  level: "baseline",
  meaning: "only sysctls that concern the pod alone are set",
  refusal({ spec }) {
    const names = spec
      .at("securityContext", "sysctls")
      .items()
      .map((one) => one.at("name"));
    const bad = names.filter((name) => name.is((value) => !SYSCTLS.includes(String(value ?? ""))));
    return bad.length > 0 ? `forbidden sysctls (${bad.map((name) => name.told()).join(", ")})` : undefined;
  },
};

export const windowsHostProcess: Control = {
  id: "windowsHostProcess",
  level: "baseline",
  meaning: "no Windows container runs as a process of the node",
  refusal({ spec, containers: all }) {
    const isBad = (look: Look) =>
      look.at("securityContext", "windowsOptions", "hostProcess").is((value) => value === true);
    const who = setters(isBad(spec), all.filter(isBad));
    return who ? `hostProcess (${who} must not set securityContext.windowsOptions.hostProcess=true)` : undefined;
  },
};
