import { isDeepStrictEqual } from "node:util";
import { isMap, type Value } from "../kro/index.ts";
import { patchCommand } from "./kubectl.ts";
import type { LiveObject } from "./liveObject.ts";

/** What the API server notes of who wrote which fields. */
interface Entry {
  readonly manager?: string;
  readonly operation?: "Apply" | "Update";
  readonly subresource?: string;
  /** In which the fields are told. */
  readonly apiVersion?: string;
  /** RFC 3339, whole seconds. */
  readonly time?: string;
  /** Fields as `f:name`, items of a list that merges by name as `k:{"name":"x"}`, each with what is in it. */
  readonly fieldsV1?: Fields;
}

interface Fields {
  readonly [key: string]: Fields;
}

const entriesOf = ({ metadata }: LiveObject): readonly Entry[] =>
  (metadata.managedFields ?? []) as unknown as readonly Entry[];

/**
 * The managers of a field. Those of a list or map that is owned as a whole are also those of what is in it.
 *
 * @param path - names of fields; `name=carts` or a position for an item of a list.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function managersOf(object: LiveObject, path: readonly string[]): string[] {
  const owners = entriesOf(object).filter(
    ({ subresource, fieldsV1 = {} }) => subresource === undefined && owns(fieldsV1, path),
  );
  return [...new Set(owners.map(({ manager = "?" }) => manager))];
}

function owns(fields: Fields, [part, ...rest]: readonly string[]): boolean {
  if (part === undefined) return true;
  const inside = fields[`f:${part}`] ?? fields[keyOf(part)];
  return inside !== undefined && (Object.keys(inside).length === 0 || owns(inside, rest));
}

function keyOf(part: string): string {
  const [key, value] = part.split(/=(.*)/s) as [string, string?];
  return `k:${JSON.stringify({ [key]: value })}`;
}

/** What a manager has written of an object, or of a part of one: nothing of it where this is empty. */
export type Written = readonly Fields[];

const ALL: Fields = {};

/** What a manager has written of an object. All of it where that can't be told. */
export function writtenBy(object: LiveObject, manager: string): Written {
  if (object.metadata.managedFields === undefined) return [ALL];
  return entriesOf(object)
    .filter((entry) => entry.manager === manager && entry.subresource === undefined)
    .map(({ apiVersion = object.apiVersion, fieldsV1 = ALL }) => (apiVersion === object.apiVersion ? fieldsV1 : ALL));
}

/** Of what was written of a map, that of a field. */
export const writtenField = (written: Written, name: string): Written =>
  inside(written, /^f:/, (key) => key === `f:${name}`);

/** Of what was written of a list, that of an item. */
export const writtenItem = (written: Written, item: Value, position: number): Written =>
  inside(written, /^[kvi]:/, (key) => {
    const told: Value = JSON.parse(key.slice(2));
    if (key.startsWith("i:")) return told === position;
    if (!key.startsWith("k:")) return isDeepStrictEqual(told, item);
    return isMap(item) && Object.entries(told!).every(([name, value]) => isDeepStrictEqual(item[name] ?? value, value));
  });

/** All of it where it was written as a whole, or where keys are of another sort than the value. */
const inside = (written: Written, sort: RegExp, isOf: (key: string) => boolean): Written =>
  written.flatMap((fields) => {
    const keys = Object.keys(fields).filter((key) => key !== ".");
    if (Object.keys(fields).length === 0 || !keys.every((key) => sort.test(key))) return [ALL];
    return keys.filter(isOf).map((key) => fields[key]!);
  });

/**
 * When an object was last written, by the API server's clock, in milliseconds since the epoch. Undefined where nothing tells.
 *
 * @param by - whose writes, and of what, count.
 */
export function lastWrite(
  object: LiveObject,
  by: (entry: Pick<Entry, "manager" | "subresource">) => boolean,
): number | undefined {
  const times = entriesOf(object).flatMap((entry) =>
    entry.time !== undefined && by(entry) ? Date.parse(entry.time) : [],
  );
  return times.length > 0 ? Math.max(...times) : undefined;
}

/** The value of a field, by a path as {@link managersOf} takes it. */
export const fieldOf = (object: unknown, path: readonly string[]): Value | undefined =>
  path.reduce<unknown>((value, part) => {
    const [key, name] = part.split(/=(.*)/s) as [string, string?];
    if (Array.isArray(value) && name !== undefined) return value.find((item) => String(item?.[key]) === name);
    return (value as Readonly<Record<string, unknown>> | null | undefined)?.[part];
  }, object) as Value | undefined;

/**
 * Whether Pulumi's Kubernetes plugin takes a manager's fields over when it updates an object, as it does with what kubectl
 * has written. With any other it stops in a conflict; and it previews with neither.
 *
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go fixCSAFieldManagers
 */
export const yieldsToPulumi = (manager: string): boolean =>
  /^(kubectl|before-first-apply|pulumi-kubernetes(?!-)|pulumi-resource-kubernetes)/.test(manager);

/** The command after which an object's fields are `manager`'s no more. Their values stay. */
export function releaseCommand(object: LiveObject, manager: string): string | undefined {
  const patch = entriesOf(object)
    .flatMap((entry, i) => (entry.manager === manager && entry.subresource === undefined ? [i] : []))
    // From the last on: the others keep their places.
    .reverse()
    .flatMap((i) => [
      { op: "test", path: `/metadata/managedFields/${i}/manager`, value: manager },
      { op: "remove", path: `/metadata/managedFields/${i}` },
    ]);
  return patch.length === 0 ? undefined : patchCommand(object, patch);
}

/** The names under which Pulumi's Kubernetes plugin has applied an object: a new one each time that it created it. */
export const pulumiManagersOf = (object: LiveObject): readonly string[] =>
  entriesOf(object).flatMap(({ manager = "", operation }) =>
    operation === "Apply" && /^pulumi-kubernetes-[0-9a-f]+$/.test(manager) ? [manager] : [],
  );

/** What, merged into an object, takes its fields from some managers. Their values stay. */
export const withoutManagers = (object: LiveObject, managers: readonly string[]): object => ({
  metadata: {
    // As it was read, or not at all.
    resourceVersion: object.metadata.resourceVersion,
    managedFields: entriesOf(object).filter(({ manager = "" }) => !managers.includes(manager)),
  },
});

/** An object without the list of its fields by manager, which is as large as itself. Who has written it when is kept. */
export function withoutFieldsWritten(object: LiveObject): LiveObject {
  const { managedFields } = object.metadata ?? {};
  if (!Array.isArray(managedFields)) return object;
  const writers = managedFields.map(({ fieldsV1: _, ...writer }: Readonly<Record<string, unknown>>) => writer);
  return { ...object, metadata: { ...object.metadata, managedFields: writers } } as unknown as LiveObject;
}
