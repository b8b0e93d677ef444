import { createHash } from "node:crypto";
import type { Child, Rendering } from "../kro/index.ts";
import {
  fieldPath,
  groupOf,
  identityOf,
  isMap,
  KnownAfterApply,
  type KubernetesObject,
  Secret,
  type Value,
} from "../kro/index.ts";
import type { Action, ChildChange, FieldChange } from "./changes.ts";
import { dangersOf } from "./dangers/child.ts";

export interface DiffOptions {
  /** The instance is deleted and created again, and so is every child. Default false. */
  readonly replaced?: boolean;
}

/**
 * What happens to each child of an instance. In the order in which kro creates; deletions come last, in reverse.
 *
 * @param before - undefined: there is no such instance yet.
 * @param after - undefined: the instance goes away.
 */
export function diff(
  before: Rendering | undefined,
  after: Rendering | undefined,
  { replaced = false }: DiffOptions = {},
): ChildChange[] {
  const pairs = pair(before?.children ?? [], after?.children ?? []);
  const actions = new Map<string, Action>();
  const changes = pairs
    .filter(([, next]) => next)
    .sort(([, a], [, b]) => a!.wave - b!.wave)
    .map(([previous, next]) => {
      const change = changeOf(previous, next!, replaced, actions);
      if (actions.get(next!.node) !== "replace") actions.set(next!.node, change.action);
      return change;
    });
  const deletions = pairs
    .filter(([, next]) => !next)
    .sort(([a], [b]) => b!.deletionWave - a!.deletionWave)
    .map(([previous]) => deletionOf(previous!));
  return [...changes, ...deletions];
}

type Pair = readonly [before: Child | undefined, after: Child | undefined];

/** The same object before and after; else the one object of the same node, which then has another name. */
function pair(before: readonly Child[], after: readonly Child[]): Pair[] {
  const left = new Set(before);
  const take = (found: Child | undefined): Child | undefined => (found && left.delete(found) ? found : undefined);
  const objects = Map.groupBy(before, (child) => identityOf(child.object));
  const same = after.map((child) => take(objects.get(identityOf(child.object))?.shift()));
  const pairs = after.map((child, i): Pair => {
    const isOfNode = (other: Child) =>
      other.node === child.node && other.type === "resource" && child.type === "resource" && sameKind(other, child);
    return [same[i] ?? (child.type === "resource" ? take([...left].find(isOfNode)) : undefined), child];
  });
  return [...pairs, ...[...left].map((child): Pair => [child, undefined])];
}

const sameKind = (a: Child, b: Child): boolean =>
  a.object.kind === b.object.kind && groupOf(a.object.apiVersion) === groupOf(b.object.apiVersion);

function changeOf(
  previous: Child | undefined,
  next: Child,
  instanceReplaced: boolean,
  actions: ReadonlyMap<string, Action>,
): ChildChange {
  if (!previous) return describe(next, "create", leaves(next.object), { instanceReplaced });
  const renamed = identityOf(previous.object) !== identityOf(next.object);
  const fields = fieldChanges(previous.object, next.object, actions);
  const action = instanceReplaced || renamed ? "replace" : fields.length > 0 ? "update" : "same";
  return describe(next, action, fields, { previous, instanceReplaced });
}

const deletionOf = (previous: Child): ChildChange =>
  describe(
    previous,
    "delete",
    leaves(previous.object).map(({ path, after }) => ({ path, before: after, after: undefined })),
    { previous, instanceReplaced: false },
  );

function describe(
  child: Child,
  action: Action,
  fields: readonly FieldChange[],
  { previous, instanceReplaced }: { previous?: Child; instanceReplaced: boolean },
): ChildChange {
  const { apiVersion, kind, metadata } = child.object;
  return {
    apiVersion,
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    node: child.node,
    wave: action === "delete" ? child.deletionWave : child.wave,
    action,
    ...(child.condition !== undefined && { condition: child.condition }),
    fields,
    dangers: dangersOf({
      action,
      fields,
      before: previous?.object,
      after: action === "delete" ? undefined : child.object,
      problems: action === "delete" ? [] : child.problems,
      instanceReplaced,
    }),
  };
}

/** Every field of an object, as one that comes to be. */
function leaves(object: KubernetesObject): FieldChange[] {
  const fields: FieldChange[] = [];
  walk("", undefined, masked(object), new Map(), fields);
  return fields;
}

/**
 * The fields in which two objects differ.
 *
 * @param actions - what happens to other nodes, by id: values that come from a new one differ. Default: none changes.
 */
export function fieldChanges(
  before: KubernetesObject,
  after: KubernetesObject,
  actions: ReadonlyMap<string, Action> = new Map(),
): FieldChange[] {
  const fields: FieldChange[] = [];
  walk("", masked(before), masked(after), actions, fields);
  return fields;
}

function walk(
  path: string,
  before: Value | undefined,
  after: Value | undefined,
  actions: ReadonlyMap<string, Action>,
  found: FieldChange[],
): void {
  const [a, b] = [entries(before), entries(after)];
  // Beside a scalar, or beside nothing, a map or a list is told field by field, unless it has none.
  if ((a && (b || after === undefined) && a.size > 0) || (b && (a || before === undefined) && b.size > 0)) {
    if (listStyle(before) === listStyle(after) || before === undefined || after === undefined) {
      for (const key of new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])) {
        walk(join(path, key, after ?? before), a?.get(key), b?.get(key), actions, found);
      }
      return;
    }
  }
  if (!equal(before, after, actions)) found.push({ path, before, after });
}

/** Lists whose elements have names are compared by name, as Kubernetes merges them. */
const KEYS = ["name", "key", "mountPath"];

/** How the elements of a list are told apart: by this field, or by their position; undefined for anything but a list. */
function listStyle(value: Value | undefined): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = (key: string) => value.map((item: Value) => (isMap(item) ? item[key] : undefined));
  const key = KEYS.find((name) => {
    const all = names(name);
    return all.length > 0 && all.every((item) => typeof item === "string") && new Set(all).size === all.length;
  });
  return key ?? "";
}

function entries(value: Value | undefined): Map<string, Value> | undefined {
  if (Array.isArray(value)) {
    const key = listStyle(value)!;
    return new Map(value.map((item, i) => [key ? `${key}=${item[key]}` : String(i), item]));
  }
  return isMap(value) ? new Map(Object.entries(value)) : undefined;
}

const join = (path: string, key: string, container: Value | undefined): string =>
  Array.isArray(container) ? `${path}[${key}]` : fieldPath(path, key);

function equal(before: Value | undefined, after: Value | undefined, actions: ReadonlyMap<string, Action>): boolean {
  if (before instanceof Secret && after instanceof Secret) return before.version === after.version;
  if (before instanceof KnownAfterApply && after instanceof KnownAfterApply) {
    const isLike = before.expression === after.expression && before.inputs === after.inputs;
    return isLike && !after.nodes.some((node) => isNew(node, after, actions));
  }
  return JSON.stringify(before) === JSON.stringify(after) && before?.constructor === after?.constructor;
}

/** A new object has another ARN, address or uid; an updated one has another generation. */
function isNew(node: string, { expression }: KnownAfterApply, actions: ReadonlyMap<string, Action>): boolean {
  const action = actions.get(node);
  if (action === "update") return /\bmetadata\.(generation|resourceVersion)\b/.test(expression);
  return action === "create" || action === "replace";
}

/** What a Kubernetes Secret holds is shown as a secret. */
function masked(object: KubernetesObject): Value {
  const value = object as { readonly [key: string]: Value };
  if (object.kind !== "Secret" || object.apiVersion !== "v1") return value;
  const hide = (data: Value | undefined): Value | undefined =>
    isMap(data) ? Object.fromEntries(Object.entries(data).map(([key, item]) => [key, digest(item)])) : data;
  const hidden = { data: hide(value.data), stringData: hide(value.stringData) };
  return Object.fromEntries(
    Object.entries({ ...value, ...hidden }).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

const digest = (value: Value): Value =>
  value instanceof KnownAfterApply || value instanceof Secret
    ? value
    : new Secret(createHash("sha256").update(JSON.stringify(value)).digest("hex"));
