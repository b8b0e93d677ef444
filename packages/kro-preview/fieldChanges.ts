import { fieldPath, isList, isMap, type JsonSchema, KnownAfterApply, Secret, type Value } from "../kro/index.ts";
import type { Action, FieldChange } from "./changes.ts";
import { conceal } from "./conceal.ts";
import { LAST_APPLIED } from "./lastApplied.ts";
import { areAlike, entries, listKeys, partSchema } from "./lists.ts";

/** What happens to a node's object. `status`: it stays, and its status becomes that of something else. */
export type NodeAction = Action | "status";

export interface FieldChangesOptions {
  /** What happens to other nodes, by id: values that come from a new one differ. Default: none changes. */
  readonly actions?: ReadonlyMap<string, NodeAction>;
  /** Whether the order of a list counts that is merged by name. Default true. */
  readonly order?: boolean;
  /** Whether a text is told as a secret when the other side is one. Default true. */
  readonly concealed?: boolean;
  /** Of both, where it is known: by what the elements of lists are told apart. */
  readonly schema?: JsonSchema | undefined;
}

/** An object of Kubernetes, or the inputs of any resource. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields in which two objects differ. A list that is merged by name, and has another order, is one field more. */
export function fieldChanges(
  before: Fields,
  after: Fields,
  { actions = new Map(), order = true, concealed = true, schema }: FieldChangesOptions = {},
): FieldChange[] {
  const [a, b] = [masked(before), masked(after)];
  const changes: FieldChange[] = [];
  walk("", ...(concealed ? covered(a, b, schema) : ([a, b] as const)), schema, { actions, order }, changes);
  return changes;
}

/** Two objects, with every text of either covered that has a secret on the other side. It differs from that secret. */
export const covered = <T extends Value | undefined>(before: T, after: T, schema?: JsonSchema): readonly [T, T] =>
  conceal(before, after, ({ version }, side) => new Secret(`${side} ${version}`), schema);

/** Every field of an object, as one that comes to be. */
export function leaves(object: Fields): FieldChange[] {
  const fields: FieldChange[] = [];
  walk("", undefined, masked(object), undefined, { actions: new Map(), order: false }, fields);
  return fields;
}

type WalkOptions = Required<Pick<FieldChangesOptions, "actions" | "order">>;

function walk(
  path: string,
  before: Value | undefined,
  after: Value | undefined,
  schema: JsonSchema | undefined,
  options: WalkOptions,
  changes: FieldChange[],
): void {
  // What is no expression's is the same object in every instance; of what isn't known, two that are the same may differ.
  if (before === after && !holdsUnknown(before)) return;
  const [a, b] = [entries(before, schema), entries(after, schema)];
  // Beside a scalar, or beside nothing, a map or a list is told field by field, unless it has none.
  if ((a && (b || after === undefined) && a.size > 0) || (b && (a || before === undefined) && b.size > 0)) {
    if (before === undefined || after === undefined || areAlike(before, after, schema)) {
      const keys = listKeys(before, schema) ?? [];
      if (a && b && keys.length > 0 && options.order)
        changes.push(...reordered(path, [...a.keys()], [...b.keys()], keys));
      for (const part of new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])) {
        const container = (after ?? before)!;
        const of = partSchema(schema, container, part);
        walk(join(path, part, container), a?.get(part), b?.get(part), of, options, changes);
      }
      return;
    }
  }
  if (!equal(before, after, options.actions)) changes.push({ path, before, after });
}

function holdsUnknown(value: Value | undefined): boolean {
  if (isList(value)) return value.some(holdsUnknown);
  return isMap(value) ? Object.values(value).some(holdsUnknown) : value instanceof KnownAfterApply;
}

/** Whether those elements that both lists have come in another order: names as `name=carts`. */
function reordered(
  path: string,
  before: readonly string[],
  after: readonly string[],
  keys: readonly string[],
): FieldChange[] {
  const common = (names: readonly string[], others: readonly string[]) => {
    const all = new Set(others);
    return names.filter((name) => all.has(name));
  };
  const [a, b] = [common(before, after), common(after, before)];
  if (a.every((name, i) => name === b[i])) return [];
  const start = keys.length === 1 ? `${keys[0]}=`.length : 0;
  const names = (parts: readonly string[]) => parts.map((part) => part.slice(start));
  return [{ path, before: names(a), after: names(b), order: true }];
}

const join = (path: string, key: string, container: Value | undefined): string =>
  isList(container) ? `${path}[${key}]` : fieldPath(path, key);

function equal(before: Value | undefined, after: Value | undefined, actions: ReadonlyMap<string, NodeAction>): boolean {
  if (before instanceof Secret && after instanceof Secret) return before.version === after.version;
  if (before instanceof KnownAfterApply && after instanceof KnownAfterApply) {
    const isLike = before.expression === after.expression && before.inputs === after.inputs;
    return isLike && !after.nodes.some((node) => isNew(node, after, actions));
  }
  return JSON.stringify(before) === JSON.stringify(after) && before?.constructor === after?.constructor;
}

/** A new object has another ARN, address or uid; an updated one has another generation. */
function isNew(node: string, { expression }: KnownAfterApply, actions: ReadonlyMap<string, NodeAction>): boolean {
  const action = actions.get(node);
  if (action === "status") return /\bstatus\b|\bmetadata\.(generation|resourceVersion)\b/.test(expression);
  if (action === "update") return /\bmetadata\.(generation|resourceVersion)\b/.test(expression);
  return action === "create" || action === "replace";
}

/** What a Kubernetes Secret holds is shown as a secret, and so is what kubectl keeps of it beside. */
function masked(object: Fields): Value {
  const value = object as { readonly [key: string]: Value };
  if (object.kind !== "Secret" || object.apiVersion !== "v1") return value;
  const hide = (data: Value | undefined): Value | undefined => {
    if (isMap(data)) return Object.fromEntries(Object.entries(data).map(([key, item]) => [key, digest(item)]));
    return data === undefined ? undefined : digest(data);
  };
  const hidden = {
    data: hide(value.data),
    stringData: hide(value.stringData),
    metadata: hidingApplied(value.metadata),
  };
  return Object.fromEntries(
    Object.entries({ ...value, ...hidden }).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

function hidingApplied(metadata: Value | undefined): Value | undefined {
  if (!isMap(metadata) || !isMap(metadata.annotations)) return metadata;
  const { [LAST_APPLIED]: applied, ...annotations } = metadata.annotations;
  return applied === undefined
    ? metadata
    : { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: digest(applied) } };
}

let crypto: typeof import("node:crypto") | undefined;

function digest(value: Value): Value {
  if (value instanceof KnownAfterApply || value instanceof Secret) return value;
  // Few objects are secret: what it takes is loaded for one that is.
  crypto ??= process.getBuiltinModule("node:crypto");
  return new Secret(crypto.createHash("sha256").update(JSON.stringify(value)).digest("hex"));
}
