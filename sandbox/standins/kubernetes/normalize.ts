import { containsUnknown, isProperties, type PropertyValue } from "../plugin/values.ts";
import { type KubernetesObject, kindOfObject, nested, withValue } from "./kubernetesObject.ts";

const readOnlyMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/**
 * Inputs in the form that the API server would give them back, so that different ways to write the same thing are no
 * difference. Custom resources only lose the metadata that nobody but the server sets.
 */
export function normalize(inputs: KubernetesObject): KubernetesObject {
  const { group, kind } = kindOfObject(inputs);
  let object = inputs;
  if (group === "" && !containsUnknown(inputs))
    object = kind === "Secret" ? normalSecret(inputs) : withoutEmpty(inputs);
  return readOnlyMetadata.reduce((rest, key) => withValue(rest, ["metadata", key], undefined), object);
}

/** The server turns `stringData` into base64 in `data`, and reads and rewrites what `data` has. */
function normalSecret(secret: KubernetesObject): KubernetesObject {
  const texts = nested(secret, "stringData");
  const data = nested(secret, "data");
  if (isProperties(texts) && Object.keys(texts).length > 0) {
    const { stringData: _, ...rest } = secret;
    const encoded = Object.entries(texts).map(([key, text]) => [key, base64(text)]);
    return { ...rest, data: { ...(isProperties(data) && data), ...Object.fromEntries(encoded) } };
  }
  if (!isProperties(data)) return secret;
  const rewritten = Object.entries(data).map(([key, value]) => [key, rewrite(value)]);
  return { ...secret, data: Object.fromEntries(rewritten) };
}

const base64 = (text: PropertyValue | undefined) => Buffer.from(String(text)).toString("base64");

function rewrite(value: PropertyValue | undefined): PropertyValue | undefined {
  if (typeof value !== "string" || !/^[\sA-Za-z0-9+/]*=*\s*$/.test(value)) return value;
  return Buffer.from(value, "base64").toString("base64");
}

/** Empty maps, lists and texts of a built-in kind's own fields are the same as none. */
function withoutEmpty(object: KubernetesObject): KubernetesObject {
  const drop = (map: KubernetesObject) =>
    Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null && !isEmpty(value)));
  const { metadata, ...rest } = object;
  return { ...drop(rest), ...(isProperties(metadata) && { metadata: drop(metadata) }) };
}

function isEmpty(value: PropertyValue | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isProperties(value) ? Object.keys(value).length === 0 : value === "";
}
