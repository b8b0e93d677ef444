import { createHash, randomBytes } from "node:crypto";
import type { CheckRequest } from "../plugin/resourceProvider.ts";
import { annotationOf, type KubernetesObject, nameOf, nested, textAt, withValue } from "./kubernetesObject.ts";

const autonamed = "pulumi.com/autonamed";
const managedBy = ["metadata", "labels", "app.kubernetes.io/managed-by"] as const;

/** `prefix` and 8 hex digits, from the seed where there is one, so that a preview and its update agree. */
export function uniqueName(prefix: string, seed?: Uint8Array): string {
  const digits =
    seed && seed.length > 0 ? createHash("sha256").update(seed).digest("hex") : randomBytes(4).toString("hex");
  return prefix + digits.slice(0, 8);
}

/** Whether the inputs carry a name; one that is not known yet counts. */
export function isNamed(inputs: KubernetesObject): boolean {
  return Boolean(nested(inputs, "metadata", "name"));
}

/** Whether the name is one that the plugin made. */
export function isAutonamed(object: KubernetesObject): boolean {
  return annotationOf(object, autonamed) === "true";
}

/** The inputs with a name: the one that the resource has already, else a new one, marked as made by the plugin. */
export function named(inputs: KubernetesObject, oldInputs: KubernetesObject, request: CheckRequest): KubernetesObject {
  const isNew = Object.keys(oldInputs).length === 0;
  if (isNamed(inputs)) return inputs;
  if (!isNew) return isAutonamed(oldInputs) ? withAutoname(inputs, nameOf(oldInputs)) : inputs;
  if (nested(inputs, "metadata", "generateName")) return inputs;
  if (request.autonaming?.mode === "disable") {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  return withAutoname(inputs, request.autonaming?.proposedName || uniqueName(`${request.name}-`, request.randomSeed));
}

function withAutoname(inputs: KubernetesObject, name: string): KubernetesObject {
  const withName = withValue(inputs, ["metadata", "name"], name);
  return withValue(withName, ["metadata", "annotations", autonamed], "true");
}

/** Keeps the label that earlier versions of the plugin set, where the resource has it. */
export function withManagedByLabel(inputs: KubernetesObject, oldInputs: KubernetesObject): KubernetesObject {
  const label = process.env.PULUMI_KUBERNETES_MANAGED_BY_LABEL ?? "pulumi";
  return textAt(oldInputs, ...managedBy) === label ? withValue(inputs, managedBy, label) : inputs;
}
