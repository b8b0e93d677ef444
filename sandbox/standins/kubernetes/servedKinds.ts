import type { GroupVersionKind } from "./kubernetesObject.ts";
import { StandInError } from "./standInError.ts";

/** Built-in kinds that need no waiting of their own kind. */
const servedBuiltIns: Readonly<Record<string, { readonly namespaced: boolean; readonly inputs: readonly string[] }>> = {
  "v1/ConfigMap": { namespaced: true, inputs: ["apiVersion", "binaryData", "data", "immutable", "kind", "metadata"] },
  "v1/Secret": { namespaced: true, inputs: ["apiVersion", "data", "immutable", "kind", "metadata", "type"] },
  "v1/ServiceAccount": {
    namespaced: true,
    inputs: ["apiVersion", "automountServiceAccountToken", "imagePullSecrets", "kind", "metadata", "secrets"],
  },
};

/** Groups of Kubernetes itself; every other group is of custom resources. */
const builtInGroups = new Set(
  ["", "apps", "autoscaling", "batch", "extensions", "meta", "policy"].concat(
    ["admissionregistration", "apiextensions", "apiregistration", "auditregistration", "certificates", "coordination"]
      .concat(["discovery", "events", "flowcontrol.apiserver", "networking", "node", "rbac.authorization", "resource"])
      .concat(["scheduling", "settings", "storage", "storagemigration"])
      .map((group) => `${group}.k8s.io`),
  ),
);

/** Groups of the official package that are not Kubernetes API groups, but features of the plugin. */
const pluginModules = new Set(["helm.sh", "yaml", "kustomize"]);

/** Throws for a type that only the official plugin serves. */
export function assertServed({ group, version, kind }: GroupVersionKind): void {
  const supported = "custom resources, ConfigMap, Secret, ServiceAccount and DeploymentPatch";
  if (pluginModules.has(group)) throw new StandInError(`${group}/${version} is not implemented, only ${supported}`);
  if (builtInGroups.has(group) && !builtIn({ group, version, kind })) {
    throw new StandInError(`${kind} of ${group || "core"}/${version} is not implemented, only ${supported}`);
  }
}

/** Throws for a type that the plugin doesn't even read. Besides what it serves, it reads Deployments. */
export function assertReadable(wanted: GroupVersionKind): void {
  if (wanted.group !== "apps" || wanted.version !== "v1" || wanted.kind !== "Deployment") assertServed(wanted);
}

/** Whether a kind is of a namespace, where that is known without asking the API server. */
export function knownScope(wanted: GroupVersionKind): boolean | undefined {
  return builtIn(wanted)?.namespaced;
}

/** The fields that importing an object takes over as inputs, besides its identity. Custom resources have none. */
export function importedFields(wanted: GroupVersionKind): readonly string[] {
  return builtIn(wanted)?.inputs ?? [];
}

function builtIn({ group, version, kind }: GroupVersionKind) {
  return group === "" ? servedBuiltIns[`${version}/${kind}`] : undefined;
}
