import { parsePath } from "../plugin/propertyPath.ts";
import { isProperties, type Properties } from "../plugin/values.ts";
import { annotationOf, type KubernetesObject, nested, withValue } from "./kubernetesObject.ts";

/** Who set which fields of an object. https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
interface ManagedFields {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource?: string;
  readonly fieldsV1?: Properties;
}

/** The manager of a plain create, whose fields the first server-side apply takes over. */
export const createFieldManager = "pulumi-kubernetes";

const ownUpdateManagers = ["pulumi-resource-kubernetes", createFieldManager, "pulumi-kubernetes.exe"];

/** Managers by the beginning of their names, whose fields a server-side apply of ours takes over. */
const takenOver: readonly { prefix: string; operation: ManagedFields["operation"] }[] = [
  { prefix: "kubectl", operation: "Apply" },
  { prefix: "kubectl", operation: "Update" },
  { prefix: "before-first-apply", operation: "Update" },
  ...ownUpdateManagers.map((prefix) => ({ prefix, operation: "Update" as const })),
];

function managedFields(object: KubernetesObject): readonly ManagedFields[] {
  return (nested(object, "metadata", "managedFields") ?? []) as unknown as ManagedFields[];
}

/** The JSON patch that gives `manager` the fields that it has to own before it can apply; empty when it has them. */
export function takeOverPatch(object: KubernetesObject, manager: string): object[] {
  const entries = managedFields(object);
  let own = entries.findLast((entry) => entry.manager === manager && entry.operation === "Apply");
  const others: ManagedFields[] = [];
  let changed = false;
  for (const entry of entries) {
    if (entry === own) continue;
    const taken = takenOver.some(
      ({ prefix, operation }) =>
        entry.manager.startsWith(prefix) && entry.operation === operation && !entry.subresource,
    );
    if (!taken) others.push(entry);
    else {
      own = own
        ? { ...own, fieldsV1: union(own.fieldsV1 ?? {}, entry.fieldsV1 ?? {}) }
        : { ...entry, manager, operation: "Apply" };
      changed = true;
    }
  }
  return changed ? [{ op: "replace", path: "/metadata/managedFields", value: [...others, own] }] : [];
}

/** Whether a server-side apply may take fields away from other managers. */
export function mayForce(
  inputs: KubernetesObject,
  live: KubernetesObject | undefined,
  always: boolean,
  preview: boolean,
) {
  if (annotationOf(inputs, "pulumi.com/patchForce") === "true" || always) return true;
  const entries = live ? managedFields(live) : [];
  if (preview) {
    // A real run takes the fields over before it applies; a preview cannot.
    const own = entries.some(({ manager, operation }) => operation === "Update" && ownUpdateManagers.includes(manager));
    if (!live || own) return true;
  }
  return live !== undefined && entries.length === 0;
}

/**
 * Inputs for an apply under `ignoreChanges`: an ignored field is left out when only others manage it, and keeps its live
 * value otherwise.
 */
export function withIgnoredFields(
  inputs: KubernetesObject,
  live: KubernetesObject,
  manager: string,
  ignoreChanges: readonly string[],
): KubernetesObject {
  const own = managedFields(live).filter((entry) => entry.manager === manager);
  const theirs = managedFields(live).filter((entry) => entry.manager !== manager);
  let result = inputs;
  for (const ignored of ignoreChanges) {
    const path = parsePath(ignored).map(String);
    const managedBy = (entries: readonly ManagedFields[]) => entries.some(({ fieldsV1 }) => hasField(fieldsV1, path));
    const value = nested(live, ...path);
    if (managedBy(theirs) && !managedBy(own)) result = withValue(result, path, undefined);
    else if (value !== undefined) result = withValue(result, path, value);
  }
  return result;
}

function hasField(fields: Properties | undefined, path: readonly string[]): boolean {
  return fields !== undefined && nested(fields, ...path.map((key) => `f:${key}`)) !== undefined;
}

function union(a: Properties, b: Properties): Properties {
  const merged = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const known = merged[key];
    merged[key] = isProperties(known) && isProperties(value) ? union(known, value) : (known ?? value);
  }
  return merged;
}
