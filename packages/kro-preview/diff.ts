import { type Child, groupOf, identityOf, type KubernetesObject, type Rendering, type Value } from "../kro/index.ts";
import type { Action, ChangedObject, ChildChange, ChildRule } from "./changes.ts";
import { covered, fieldChanges, leaves } from "./fieldChanges.ts";

export interface DiffOptions {
  /** The instance is deleted and created again, and so is every child. Default false. */
  readonly replaced?: boolean;
  /** What is looked for at each child. Default none. */
  readonly rules?: readonly ChildRule[];
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
  { replaced = false, rules = [] }: DiffOptions = {},
): ChildChange[] {
  const pairs = pair(before?.children ?? [], after?.children ?? []);
  const actions = new Map<string, Action>();
  const changes = pairs
    .filter(([, next]) => next)
    .sort(([, a], [, b]) => a!.wave - b!.wave)
    .map(([previous, next]) => {
      const change = changeOf(previous, next!, replaced, actions);
      if (actions.get(next!.node) !== "replace") actions.set(next!.node, change.action);
      return describe(next!, change, rules);
    });
  const deletions = pairs
    .filter(([, next]) => !next)
    .sort(([a], [b]) => b!.deletionWave - a!.deletionWave)
    .map(([previous]) => describe(previous!, deletionOf(previous!), rules));
  return [...changes, ...deletions];
}

type Pair = readonly [before: Child | undefined, after: Child | undefined];

/** The same object before and after; else the one object of the same node, which then has another name. */
function pair(before: readonly Child[], after: readonly Child[]): Pair[] {
  const left = new Set(before);
  const take = (child: Child | undefined): Child | undefined => (child && left.delete(child) ? child : undefined);
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
): ChangedObject {
  const { problems } = next;
  if (!previous) {
    const fields = leaves(next.object);
    return { action: "create", fields, before: undefined, after: next.object, problems, instanceReplaced };
  }
  const renamed = identityOf(previous.object) !== identityOf(next.object);
  const sides = covered(previous.object as Value, next.object as Value);
  const [before, after] = sides as readonly Value[] as readonly [KubernetesObject, KubernetesObject];
  const fields = fieldChanges(before, after, { actions });
  const action = instanceReplaced || renamed ? "replace" : fields.length > 0 ? "update" : "same";
  return { action, fields, before, after, problems, instanceReplaced };
}

function deletionOf({ object }: Child): ChangedObject {
  const fields = leaves(object).map(({ path, after }) => ({ path, before: after, after: undefined }));
  return { action: "delete", fields, before: object, after: undefined, problems: [], instanceReplaced: false };
}

function describe(child: Child, change: ChangedObject, rules: readonly ChildRule[]): ChildChange {
  const { action, fields } = change;
  const { apiVersion, kind, metadata } = (change.after ?? change.before)!;
  return {
    apiVersion,
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    node: child.node,
    wave: action === "delete" ? child.deletionWave : child.wave,
    ...(child.dependencies.length > 0 && { dependsOn: child.dependencies }),
    action,
    ...(child.condition !== undefined && { condition: child.condition }),
    fields,
    dangers: rules.flatMap(({ name, ofChild }) => (ofChild?.(change) ?? []).map((message) => ({ name, message }))),
  };
}
