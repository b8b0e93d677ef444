import {
  type Child,
  groupOf,
  identityOf,
  type KubernetesObject,
  OUTER,
  type Rendering,
  type Value,
} from "../kro/index.ts";
import type { ChangedObject, ChildChange, ChildRule, NestedInstance } from "./changes.ts";
import { isElsewhere } from "./dangers/ackResource.ts";
import { covered, fieldChanges, leaves, type NodeAction } from "./fieldChanges.ts";

/** How two renderings are compared. */
export interface DiffOptions {
  /** The instance is deleted and created again, and so is every child. Default false. */
  readonly replaced?: boolean;
  /** What is looked for at each child. Default none. */
  readonly rules?: readonly ChildRule[];
}

/**
 * What happens to each child of an instance. In the order in which kro creates; deletions come last, in reverse. What
 * happens to the children of a child that is an instance itself comes behind it.
 *
 * @param before - undefined: there is no such instance yet.
 * @param after - undefined: the instance goes away.
 */
export function diff(
  before: Rendering | undefined,
  after: Rendering | undefined,
  { replaced = false, rules = [] }: DiffOptions = {},
): ChildChange[] {
  const within = { replaced, instanceReplaced: replaced, rules, outer: new Map(), parents: [], condition: undefined };
  return changesOf(before?.children ?? [], after?.children ?? [], within);
}

/** What the instance that children belong to is within, and what happens to it. */
interface Within {
  /** The instance is made anew, and its children with it. */
  readonly replaced: boolean;
  /** Pulumi makes the outermost instance anew. */
  readonly instanceReplaced: boolean;
  readonly rules: readonly ChildRule[];
  /** What happens to nodes around it, by their ids as nodes within name them. */
  readonly outer: ReadonlyMap<string, NodeAction>;
  readonly parents: readonly NestedInstance[];
  readonly condition: string | undefined;
  /** A condition that is new, on which what is there stays. */
  readonly stayIf?: string;
}

function changesOf(before: readonly Child[], after: readonly Child[], within: Within): ChildChange[] {
  const pairs = pair(before, after);
  const actions = new Map(within.outer);
  const changes = pairs
    .filter(([, next]) => next)
    .sort(([, a], [, b]) => a!.wave - b!.wave)
    .flatMap(([previous, next, isRenamed = false]) => {
      const change = changeOf(previous, next!, isRenamed, within, actions);
      const isNewIf = previous && next!.condition !== undefined && next!.condition !== previous.condition;
      const own: Within = isNewIf ? { ...within, stayIf: next!.condition } : within;
      // Of several objects of a node, that counts which changes most.
      const done = actions.get(next!.node);
      const what =
        previous && change.action !== "replace" && hasOtherStatus(previous, next!) ? "status" : change.action;
      if (done !== "replace" && (done !== "status" || what === "replace")) actions.set(next!.node, what);
      return [
        describe(next!, change, own, own.stayIf === undefined ? undefined : previous),
        ...nestedChanges(previous, next, change, own, actions),
      ];
    });
  const deletions = pairs
    .filter(([, next]) => !next)
    .sort(([a], [b]) => b!.deletionWave - a!.deletionWave)
    .flatMap(([previous]) => {
      const change = deletionOf(previous!);
      return [describe(previous!, change, within), ...nestedChanges(previous, undefined, change, within, actions)];
    });
  return [...changes, ...deletions];
}

/** Whether the status of a child becomes that of another resource in AWS, its own or of one within it. */
function hasOtherStatus(previous: Child, next: Child): boolean {
  return (
    isElsewhere(previous.object, next.object, next.schema) ||
    pair(previous.nested?.children ?? [], next.nested?.children ?? []).some(([a, b]) => a && b && hasOtherStatus(a, b))
  );
}

/** What happens to the children of a child. Where one side isn't known, nothing is told of them. */
function nestedChanges(
  previous: Child | undefined,
  next: Child | undefined,
  { action }: ChangedObject,
  within: Within,
  actions: ReadonlyMap<string, NodeAction>,
): ChildChange[] {
  const child = (next ?? previous)!;
  if (!child.nested || (previous && next && !previous.nested)) return [];
  const { apiVersion, kind, metadata } = child.object;
  const { namespace, name } = metadata;
  return changesOf(previous?.nested?.children ?? [], next?.nested?.children ?? [], {
    ...within,
    replaced: within.replaced || action === "replace",
    outer: new Map([...actions].map(([node, what]) => [`${OUTER}${node}`, what])),
    parents: [...within.parents, { apiVersion, kind, namespace, name, node: child.node }],
    condition: conditionOf(child, within),
  });
}

const conditionOf = ({ condition }: Child, within: Within): string | undefined =>
  [within.condition, condition].filter((text) => text !== undefined).join(" && ") || undefined;

type Pair = readonly [before: Child | undefined, after: Child | undefined, isRenamed?: boolean];

/** The same object before and after; else the one object of the same node, which then has another name. */
function pair(before: readonly Child[], after: readonly Child[]): Pair[] {
  const left = new Set(before);
  const take = (child: Child | undefined): Child | undefined => (child && left.delete(child) ? child : undefined);
  const objects = Map.groupBy(before, (child) => identityOf(child.object));
  const same = after.map((child) => take(objects.get(identityOf(child.object))?.shift()));
  const pairs = after.map((child, i): Pair => {
    const isOfNode = (other: Child) =>
      other.node === child.node && other.type === "resource" && child.type === "resource" && sameKind(other, child);
    if (same[i]) return [same[i], child];
    return [child.type === "resource" ? take([...left].find(isOfNode)) : undefined, child, true];
  });
  return [...pairs, ...[...left].map((child): Pair => [child, undefined])];
}

const sameKind = (a: Child, b: Child): boolean =>
  a.object.kind === b.object.kind && groupOf(a.object.apiVersion) === groupOf(b.object.apiVersion);

function changeOf(
  previous: Child | undefined,
  next: Child,
  isRenamed: boolean,
  { replaced, instanceReplaced }: Within,
  actions: ReadonlyMap<string, NodeAction>,
): ChangedObject {
  const { problems, schema } = next;
  if (!previous) {
    const fields = leaves(next.object);
    return { action: "create", fields, before: undefined, after: next.object, problems, schema, instanceReplaced };
  }
  const sides = covered(previous.object as Value, next.object as Value, schema);
  const [before, after] = sides as readonly Value[] as readonly [KubernetesObject, KubernetesObject];
  const fields = fieldChanges(before, after, { actions, schema, concealed: false });
  const action = replaced || isRenamed ? "replace" : fields.length > 0 ? "update" : "same";
  return { action, fields, before, after, problems, schema, instanceReplaced };
}

function deletionOf({ object, schema }: Child): ChangedObject {
  const fields = leaves(object).map(({ path, after }) => ({ path, before: after, after: undefined }));
  return { action: "delete", fields, before: object, after: undefined, problems: [], schema, instanceReplaced: false };
}

/** @param leaving - what goes where a condition that is new does not hold. */
function describe(child: Child, change: ChangedObject, within: Within, leaving?: Child): ChildChange {
  const { action, fields } = change;
  const { rules, parents } = within;
  const condition = conditionOf(child, within);
  const { apiVersion, kind, metadata } = (change.after ?? change.before)!;
  const found = rules.map(({ findingsOf }) => findingsOf?.(change)).filter((findings) => findings !== undefined);
  return {
    apiVersion,
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    node: child.node,
    wave: action === "delete" ? child.deletionWave : child.wave,
    ...(child.dependencies.length > 0 && { dependsOn: child.dependencies }),
    action,
    ...(parents.length > 0 && { parents }),
    ...(condition !== undefined && change.problems.length === 0 && { condition }),
    fields,
    dangers: [
      ...dangersOf(change, rules),
      ...(leaving ? dangersOf(deletionOf(leaving), rules) : []).map(({ name, message }) => ({
        name,
        message: `${message}, unless ${within.stayIf}`,
      })),
    ],
    ...(found.length > 0 && { findings: found.flat() }),
  };
}

const dangersOf = (change: ChangedObject, rules: readonly ChildRule[]) =>
  rules.flatMap(({ name, ofChild }) => (ofChild?.(change) ?? []).map((message) => ({ name, message })));
