import type { PropertyPath } from "../plugin/propertyPath.ts";
import { isProperties, type Properties, type PropertyValue, secret } from "../plugin/values.ts";
import type { KubernetesObject } from "./kubernetesObject.ts";

/** What the state keeps of an object: how it is, what it was asked to be, and how the plugin manages it. */
export interface Checkpoint {
  readonly live: KubernetesObject;
  readonly inputs: KubernetesObject;
  readonly initialApiVersion: string;
  readonly fieldManager: string;
}

const extensionFields = ["embedded-resource", "int-or-string", "list-map-keys", "list-type", "map-type"]
  .concat(["preserve-unknown-fields", "validations"])
  .map((field) => `x-kubernetes-${field}`);
const underscored = new Map(extensionFields.map((field) => [field, field.replaceAll("-", "_")]));
const dashed = new Map(extensionFields.map((field) => [field.replaceAll("-", "_"), field]));

/** A resource's properties as the API server wants them: Pulumi writes `x_kubernetes_list_type` and the like. */
export function toObject(properties: Properties): KubernetesObject {
  return renamed(properties, dashed) as KubernetesObject;
}

/** The state of a resource: the live object itself, with the rest under names that begin with two underscores. */
export function toState({ live, inputs, initialApiVersion, fieldManager }: Checkpoint): Properties {
  return {
    ...(renamed(live, underscored) as Properties),
    __inputs: renamed(inputs, underscored),
    __initialApiVersion: initialApiVersion,
    __fieldManager: fieldManager,
  };
}

/** The inputs and the live object that a state holds. */
export function fromState(state: Properties): { inputs: KubernetesObject; live: KubernetesObject } {
  const { __inputs: inputs, ...live } = toObject(state);
  return { inputs: isProperties(inputs) ? inputs : {}, live };
}

/**
 * Marks as secret what came from a secret: the same path in maps, but the whole of a list of which an element was
 * secret. The `data` and `stringData` of a Secret are secret always.
 */
export function withSecrets(values: Properties, secrets: readonly PropertyPath[]): Properties {
  if (values.kind === "Secret") {
    const marked = { ...values };
    for (const key of ["data", "stringData"]) {
      const value = marked[key];
      if (value !== undefined) marked[key] = secret(value);
    }
    return marked;
  }
  return secrets.reduce((marked, path) => mark(marked, path), values);
}

function mark(values: Properties, [key, next, ...rest]: PropertyPath): Properties {
  const value = values[String(key)];
  if (key === undefined || value === undefined) return values;
  if (typeof next === "string" && isProperties(value)) return { ...values, [key]: mark(value, [next, ...rest]) };
  return { ...values, [key]: secret(value) };
}

function renamed(value: PropertyValue, names: ReadonlyMap<string, string>): PropertyValue {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (!isProperties(value)) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [names.get(key) ?? key, renamed(member ?? null, names)]));
}
