import { isProperties, type Properties, type PropertyValue, unknownValue } from "../plugin/values.ts";

/** A Kubernetes object as its API serves it: plain JSON. */
export type KubernetesObject = Properties;

/** What kind of object something is. The core group is the empty text. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The value at a path of map keys; undefined when the way there does not exist. */
export function nested(object: PropertyValue | undefined, ...path: string[]): PropertyValue | undefined {
  return path.reduce<PropertyValue | undefined>((value, key) => (isProperties(value) ? value[key] : undefined), object);
}

/** The text at a path; empty when there is none, or when it is not known yet. */
export function textAt(object: PropertyValue | undefined, ...path: string[]): string {
  const value = nested(object, ...path);
  return typeof value === "string" && value !== unknownValue ? value : "";
}

/** The number at a path, if there is one. */
export function numberAt(object: PropertyValue | undefined, ...path: string[]): number | undefined {
  const value = nested(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** A copy with the value at a path replaced, making the maps on the way; `undefined` removes it. */
export function withValue(object: KubernetesObject, path: readonly string[], value: PropertyValue | undefined) {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const copy = { ...object };
  const member = copy[key];
  if (rest.length > 0 && (isProperties(member) || (member === undefined && value !== undefined))) {
    copy[key] = withValue(isProperties(member) ? member : {}, rest, value);
  } else if (rest.length === 0 && value === undefined) delete copy[key];
  else if (rest.length === 0) copy[key] = value;
  return copy;
}

export const nameOf = (object: KubernetesObject): string => textAt(object, "metadata", "name");
export const namespaceOf = (object: KubernetesObject): string => textAt(object, "metadata", "namespace");
export const kindOf = (object: KubernetesObject): string => textAt(object, "kind");
export const apiVersionOf = (object: KubernetesObject): string => textAt(object, "apiVersion");

/** The value of an annotation; empty when the object does not have it. */
export function annotationOf(object: KubernetesObject, key: string): string {
  return textAt(object, "metadata", "annotations", key);
}

/** The object with its namespace set; an empty one removes it. */
export function withNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  return withValue(object, ["metadata", "namespace"], namespace || undefined);
}

/** The kind of an object by its own `apiVersion` and `kind`. */
export function kindOfObject(object: KubernetesObject): GroupVersionKind {
  const [first = "", second] = apiVersionOf(object).split("/");
  const group = second === undefined || first === "core" ? "" : first;
  return { group, version: second ?? first, kind: kindOf(object) };
}

/** The kind that a Pulumi type names, for example `kubernetes:kro.run/v1alpha1:CartsStack` or `kubernetes:core/v1:Secret`. */
export function kindOfType(type: string): GroupVersionKind {
  const [, module = "", kind = ""] = type.split(":");
  const [group, version, ...more] = module.split("/");
  if (!group || !version || more.length > 0) {
    throw new Error(`apiVersion does not have both a group and a version: ${JSON.stringify(module)}`);
  }
  return { group: group === "core" ? "" : group, version, kind };
}

/** `group/version`, or the version alone for the core group. */
export function apiVersionOfKind({ group, version }: GroupVersionKind): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The resource id in Pulumi's state: `namespace/name`, or the name alone when the object has no namespace. */
export function idOf(object: KubernetesObject): string {
  return namespaceOf(object) === "" ? nameOf(object) : `${namespaceOf(object)}/${nameOf(object)}`;
}

/** Reads a resource id. */
export function parseId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}
