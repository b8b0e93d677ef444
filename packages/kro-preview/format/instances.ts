import { count, printable } from "../../console/index.ts";
import type { Action, FieldChange } from "../changes.ts";
import type { InstanceChildChange, Report } from "../report.ts";
import { wordingOf } from "../subject.ts";
import { nameText } from "./values.ts";

/** Pulumi's own signs. */
export const SIGNS: Readonly<Record<Action, string>> = {
  create: "+",
  update: "~",
  replace: "+-",
  delete: "-",
  same: "",
};

/** An instance that changes, and those that change in the same fields. */
export interface ChangedInstance {
  /** `namespace/name`. */
  readonly instance: string;
  readonly otherStack: boolean;
  /** All its children, in the order of the report. */
  readonly children: readonly InstanceChildChange[];
  /** Other instances that are left out because they change in the same fields; this one stands for them. */
  readonly alike: readonly Alike[];
}

/** An instance that is left out, and all its children: how many of them stay as they are may differ. */
export type Alike = Pick<ChangedInstance, "instance" | "children">;

/** The instances of a report: this stack's before those of other stacks. */
export interface Instances {
  readonly changed: readonly ChangedInstance[];
  /** Those without a change: `namespace/name`. */
  readonly unchanged: readonly string[];
}

/** Up to so many instances are all shown that change in the same fields: to the same values, or to others. */
const SHOWN = { same: 3, other: 10 };

/** A report's children by instance. Many that change in the same fields are gathered, unless `all`. */
export function byInstance(children: Children, { all = false } = {}): Instances {
  const instances = groupBy(children, ({ instance, otherStack }) => `${otherStack} ${instance}`).map((group) => ({
    instance: group[0]!.instance,
    otherStack: group[0]!.otherStack,
    children: group,
    alike: [] as Alike[],
  }));
  const sorted = instances.toSorted((a, b) => Number(a.otherStack) - Number(b.otherStack));
  const isChanged = (instance: (typeof sorted)[number]) => all || instance.children.some(isNotable);
  const changed = sorted.filter(isChanged);
  const unchanged = sorted.filter((instance) => !isChanged(instance)).map(({ instance }) => instance);
  return { changed: all ? changed : gather(gather(changed, valuesOf, SHOWN.same), fieldsOf, SHOWN.other), unchanged };
}

type Children = readonly InstanceChildChange[];

function gather(
  instances: readonly ChangedInstance[],
  way: (children: Children) => unknown,
  most: number,
): ChangedInstance[] {
  const groups = groupBy(instances, ({ otherStack, children }) => JSON.stringify([otherStack, way(children)]));
  return groups.flatMap((group) => {
    if (group.length <= most) return group;
    const [first, ...others] = group;
    return [{ ...first!, alike: [...first!.alike, ...others.flatMap((other) => [other, ...other.alike])] }];
  });
}

/** What happens to those of an instance's children with which something happens, without their names. */
const fieldsOf = (children: Children): unknown =>
  children
    .filter(isNotable)
    .map(({ apiVersion, kind, node, parents, wave, action, condition, fields, dangers }) => [
      [apiVersion, kind, node, parents?.map((parent) => parent.node), wave, action, condition],
      fields.map(({ path }) => path),
      dangers.map(({ name }) => name),
    ]);

/** The same, to the same values. New and deleted objects hold their instance's own names. */
const valuesOf = (children: Children): unknown => [
  fieldsOf(children),
  children
    .filter(({ action }) => action === "update" || action === "replace")
    .map(({ fields }) => fields.map(({ before, after }) => ({ before, after }))),
];

/** A child, and the children of the instance that it is. */
export interface Branch {
  readonly child: InstanceChildChange;
  readonly within: readonly Branch[];
}

/** The children of an instance, each with those within it. */
export function branchesOf(children: Children, depth = 0): Branch[] {
  const starts = [...children.keys()].filter((i) => (children[i]!.parents?.length ?? 0) === depth);
  return starts.map((start, i) => ({
    child: children[start]!,
    within: branchesOf(children.slice(start + 1, starts[i + 1] ?? children.length), depth + 1),
  }));
}

/** What a child is within, from the outermost: `CaseInner shops/tea`. Empty for a child of the instance itself. */
export const withinNames = ({ parents = [] }: Pick<InstanceChildChange, "parents">): string[] =>
  parents.map((parent) => `${printable(parent.kind)} ${objectName(parent)}`);

/** What kro does at once. */
export interface Wave<T> {
  /** `wave 2`, or `deletion wave 2`: those have numbers of their own. */
  readonly title: string;
  readonly items: readonly T[];
}

/** Children, or what has one, in the order of time: kro deletes from the highest wave to the lowest, after the rest. */
export function inTime<T>(items: readonly T[], childOf: (item: T) => InstanceChildChange): Wave<T>[] {
  const isGone = (item: T) => childOf(item).action === "delete";
  const waves = (some: readonly T[], word: string): Wave<T>[] =>
    groupBy(some, (item) => String(childOf(item).wave))
      .toSorted(([a], [b]) => childOf(a!).wave - childOf(b!).wave)
      .map((items) => ({ title: `${word} ${childOf(items[0]!).wave}`, items }));
  return [
    ...waves(
      items.filter((item) => !isGone(item)),
      "wave",
    ),
    ...waves(items.filter(isGone), "deletion wave").reverse(),
  ];
}

/** The parts of a list with equal keys, in the order of their first elements. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  return [...Map.groupBy(items, key).values()];
}

export const isChange = ({ action }: { readonly action: Action }): boolean => action !== "same";

/** A child that does not change may be in danger all the same. */
export const isNotable = (change: Pick<InstanceChildChange, "action" | "dangers">): boolean =>
  isChange(change) || change.dangers.length > 0;

export const hasChange = ({ resources, children }: Report): boolean =>
  resources.some(isChange) || children.some(isChange);

const COUNTED: readonly (readonly [action: Action, words: string])[] = [
  ["create", "to create"],
  ["update", "to update"],
  ["replace", "to replace"],
  ["delete", "to delete"],
  ["same", "unchanged"],
];

/** `1 to create, 2 to update, 3 unchanged`. */
export function counts(changes: readonly { readonly action: Action }[]): string {
  const of = (action: Action): number => changes.filter((change) => change.action === action).length;
  const parts = COUNTED.filter(([action]) => of(action) > 0).map(([action, words]) => `${of(action)} ${words}`);
  return parts.join(", ") || "nothing";
}

/** `1 to create, 2 to update; 1 danger`, of kro's children, and of the plan. */
export function summary(report: Report): string {
  const { resources, children, dangers, findings = [] } = report;
  const dangerous = dangers.length > 0 ? `; ${count(dangers.length, "danger")}` : "";
  const found = findings.length > 0 ? `; ${count(findings.length, "finding")}` : "";
  return `kro: ${counts(children)}. ${wordingOf(report).counted}: ${counts(resources)}${dangerous}${found}.`;
}

/** `namespace/name`, or the name alone. */
export const objectName = ({ namespace, name }: Pick<InstanceChildChange, "namespace" | "name">): string =>
  namespace === undefined ? nameText(name) : `${nameText(namespace)}/${nameText(name)}`;

/** A field's path; of a list whose order changed, `spec.environment (order)`. */
export const fieldName = ({ path, order }: FieldChange): string => `${printable(path)}${order ? " (order)" : ""}`;
