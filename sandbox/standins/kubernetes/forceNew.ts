import type { PropertyPath } from "../plugin/propertyPath.ts";
import type { KubernetesObject } from "./kubernetesObject.ts";
import { kindOfObject } from "./kubernetesObject.ts";

/** What the provider's config says about kinds that the official plugin replaces rather than updates. */
export interface Mutability {
  readonly configMapMutable: boolean;
  readonly secretMutable: boolean;
}

const identity: readonly PropertyPath[] = [
  ["metadata", "name"],
  ["metadata", "namespace"],
];

/** The paths whose change replaces the object: its identity, and the data of ConfigMaps and Secrets unless mutable. */
export function forceNewPaths(object: KubernetesObject, mutability: Mutability): readonly PropertyPath[] {
  const { group, version, kind } = kindOfObject(object);
  if (group === "apps" && kind === "Deployment") return [...identity, ["spec", "selector"]];
  if (group !== "" || version !== "v1") return identity;
  const immutable = object.immutable === true;
  if (kind === "Secret") {
    const mutable = mutability.secretMutable && !immutable;
    return [...identity, ...(mutable ? [["type"]] : [["type"], ["stringData"], ["data"]])];
  }
  if (kind === "ConfigMap" && (!mutability.configMapMutable || immutable)) {
    return [...identity, ["binaryData"], ["data"]];
  }
  return identity;
}
