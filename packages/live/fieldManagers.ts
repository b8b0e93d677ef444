import type { LiveObject } from "./liveObject.ts";

/** What the API server notes of who wrote which fields. */
interface Entry {
  readonly manager?: string;
  readonly subresource?: string;
  /** Fields as `f:name`, items of a list that merges by name as `k:{"name":"x"}`, each with what is in it. */
  readonly fieldsV1?: Fields;
}

interface Fields {
  readonly [key: string]: Fields;
}

const entriesOf = ({ metadata }: LiveObject): readonly Entry[] =>
  (metadata.managedFields ?? []) as unknown as readonly Entry[];

/**
 * The managers of a field: of those that have a part of its path, who has most of it. Of a list that is owned as a whole,
 * its managers are those of each item.
 *
 * @param path - names of fields; `name=carts` or a position for an item of a list.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function managersOf(object: LiveObject, path: readonly string[]): string[] {
  const known = entriesOf(object).map(({ manager = "?", subresource, fieldsV1 = {} }) => ({
    manager,
    depth: subresource === undefined ? depthOf(fieldsV1, path) : 0,
  }));
  const deepest = Math.max(1, ...known.map(({ depth }) => depth));
  return [...new Set(known.filter(({ depth }) => depth === deepest).map(({ manager }) => manager))];
}

function depthOf(fields: Fields, [part, ...rest]: readonly string[]): number {
  if (part === undefined) return 0;
  const inside = fields[`f:${part}`] ?? fields[keyOf(part)];
  return inside ? 1 + depthOf(inside, rest) : 0;
}

function keyOf(part: string): string {
  const [key, value] = part.split(/=(.*)/s) as [string, string?];
  return `k:${JSON.stringify({ [key]: value })}`;
}

/**
 * Whether Pulumi's Kubernetes plugin takes a manager's fields over when it updates an object, as it does with what kubectl
 * has written. With any other it stops in a conflict; and it previews with neither.
 *
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go fixCSAFieldManagers
 */
export const yieldsToPulumi = (manager: string): boolean =>
  /^(kubectl|before-first-apply|pulumi-kubernetes|pulumi-resource-kubernetes)/.test(manager);

/** The command after which an object's fields are `manager`'s no more. Their values stay. */
export function releaseCommand(object: LiveObject, manager: string): string | undefined {
  const { apiVersion, kind, metadata } = object;
  const patch = entriesOf(object)
    .flatMap((entry, i) => (entry.manager === manager && entry.subresource === undefined ? [i] : []))
    // From the last on: the others keep their places.
    .reverse()
    .flatMap((i) => [
      { op: "test", path: `/metadata/managedFields/${i}/manager`, value: manager },
      { op: "remove", path: `/metadata/managedFields/${i}` },
    ]);
  if (patch.length === 0) return undefined;
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  const place = metadata.namespace === undefined ? "" : ` -n ${metadata.namespace}`;
  return `kubectl patch ${kind.toLowerCase()}${group} ${metadata.name}${place} --type json -p '${JSON.stringify(patch)}'`;
}
