import { count, list } from "../../console/index.ts";
import { type Instance, identityOf, instanceGvk, namespacedName, render, type Value } from "../../kro/index.ts";
import { attempt } from "../attempt.ts";
import { byName } from "../byName.ts";
import type { ChildChange, ChildRule } from "../changes.ts";
import { diff } from "../diff.ts";
import type { WithServer } from "../makeReport.ts";
import { mayHaveSecrets, type Plan, type PlannedChange } from "../pulumi/plan.ts";
import type { InstanceChildChange } from "../report.ts";
import type { Sharing } from "../sharing.ts";
import type { Wording } from "../subject.ts";
import type { Cluster } from "./cluster.ts";
import { makes, type PlannedDefinition } from "./definitions.ts";
import { identitiesOf } from "./identities.ts";
import { customApi, type InstanceEffect } from "./instances.ts";
import { affected, type KnownSides, unseenNotes } from "./known.ts";
import type { ListedInstances, Surroundings } from "./listedInstances.ts";
import { OwnResources } from "./ownResources.ts";

/** What the change of an RGD does to an instance that the stack doesn't own. */
export interface OtherEffect {
  /** `namespace/name`; of what is within an own instance, words that don't tell its name. */
  readonly id: string;
  readonly definition: PlannedDefinition;
  /** The RGD that it needs goes away. */
  readonly abandoned: boolean;
  readonly children: readonly InstanceChildChange[];
}

/** What the search for other instances goes by. */
export interface OtherOptions {
  /** All RGDs that are known, whoever owns them. */
  readonly definitions: readonly PlannedDefinition[];
  readonly known: KnownSides;
  /** The stack's own instances, and what happens to their children. */
  readonly own: readonly InstanceEffect[];
  /** All that the stack owns: of an instance that can't be read, or rendered, what the cluster has may give a secret away. */
  readonly plan: Plan;
  /** Where the others are. Without it there is a note instead, and so there is when it can't be reached. */
  readonly cluster: Cluster | undefined;
  /** What is looked for at each child. */
  readonly rules: readonly ChildRule[];
  readonly wording: Wording;
  readonly sharing: Sharing;
  readonly withServer: WithServer;
}

/**
 * What the changes of a plan's RGDs do to instances that other stacks own. Those that are within another instance are
 * told with that one.
 *
 * @param note - called with a sentence about what was not looked at, and why.
 */
export async function otherInstances(options: OtherOptions, note: (text: string) => void): Promise<OtherEffect[]> {
  const { definitions, own, plan, cluster, wording } = options;
  const changing = affected(definitions);
  if (changing.length === 0) return [];
  // Of what goes away it is told how many stay, whoever owns them.
  const open = changing.filter((definition) => !cluster || (plan.isPartial && !isAbandoned(definition)));
  if (open.length > 0) {
    const names = open.map(({ name }) => name).join(", ");
    const why = cluster ? `${wording.here} may have some that the plan leaves out` : "that takes --cluster";
    note(`Of the RGD${open.length > 1 ? "s" : ""} ${names}, ${wording.otherInstances} were not looked for: ${why}.`);
  }
  if (!cluster) return [];
  const told = new Set(own.flatMap(({ children }) => children).flatMap(titlesIn));
  const owned = new OwnResources(plan.changes);
  const { ListedInstances } = await import("./listedInstances.ts");
  const listed = new ListedInstances(cluster, definitions, owned);
  const all: OtherEffect[] = [];
  // The outer ones come first: what is within them is told then.
  for (const definition of changing.filter((one) => !open.includes(one))) {
    const effects = await effectsOf(definition, told, { ...options, cluster, owned, listed }, note);
    for (const { children } of effects) for (const title of children.flatMap(titlesIn)) told.add(title);
    all.push(...effects);
  }
  return all;
}

/** Whether kro no longer has the RGD of instances that are there. */
function isAbandoned(definition: PlannedDefinition): boolean {
  const { change, before, after } = definition;
  if (!after) return change?.action === "delete" && !change.retained;
  return !makes({ ...definition, before: undefined }, instanceGvk(before!));
}

/** What a child is, and was before it got another name. */
function titlesIn({ apiVersion, kind, namespace, name, fields }: ChildChange): readonly string[] {
  const was = (key: string, now: Value | undefined) => {
    const field = fields.find(({ path }) => path === `metadata.${key}`);
    return field?.before === undefined ? now : field.before;
  };
  const former = { namespace: was("namespace", namespace), name: was("name", name)! };
  return [{ namespace, name }, former].map((metadata) => identityOf({ apiVersion, kind, metadata }));
}

interface Search extends OtherOptions {
  readonly cluster: Cluster;
  readonly owned: OwnResources;
  readonly listed: ListedInstances;
}

async function effectsOf(
  definition: PlannedDefinition,
  told: ReadonlySet<string>,
  search: Search,
  note: (text: string) => void,
): Promise<OtherEffect[]> {
  const { before, after } = definition;
  const { plan, owned, known, rules, wording, sharing, withServer } = search;
  const abandoned = isAbandoned(definition);
  // It stays, or can't be read any more.
  if (!after && !abandoned) return [];
  if (abandoned && (plan.isPartial || owned.mayBeAny(instanceGvk(before!)))) {
    return countedOf(definition, told, search, note);
  }
  const found = await othersOf(definition, told, search, note);
  if (abandoned) {
    const ids = [...found.others.map(({ metadata }) => namespacedName(metadata)), ...found.hidden];
    return ids.map((id) => ({ id, definition, abandoned, children: [] }));
  }
  const effects: OtherEffect[] = [];
  for (const instance of found.others) {
    const id = namespacedName(instance.metadata);
    const earlier = attempt(() => render(before!, instance, known.before));
    const later = attempt(() => render(after!, instance, known.after));
    if (later instanceof Error || earlier instanceof Error) {
      const problem = (later instanceof Error ? later : earlier) as Error;
      note(`What kro makes of ${id}, ${wording.whose}, can't be told: ${problem.message}.`);
      effects.push({ id, definition, abandoned, children: [] });
      continue;
    }
    for (const text of unseenNotes(later.children)) note(text);
    const children = diff(...(await withServer(earlier, later)), { rules });
    effects.push({ id, definition, abandoned, children: sharing.children(children, id, true) });
  }
  return effects;
}

/** Where nobody can tell which instances others own: how many there are without those that the plan names, or deletes. */
async function countedOf(
  definition: PlannedDefinition,
  told: ReadonlySet<string>,
  { cluster, owned, listed, plan, wording }: Search,
  note: (text: string) => void,
): Promise<OtherEffect[]> {
  try {
    const instances = await listed.instancesOf(definition);
    const unnamed = instances.filter((one) => !owned.has(one) && !told.has(identityOf(one)));
    const many = unnamed.length - plan.changes.filter((change) => isGoingUnnamed(change, definition)).length;
    const id = `${count(many, "instance")} in ${cluster.title}`;
    return many > 0 ? [{ id, definition, abandoned: true, children: [] }] : [];
  } catch (error) {
    note(`Of the RGD ${definition.name}, ${wording.otherInstances} were not looked for: ${(error as Error).message}.`);
    return [];
  }
}

/** Whether a change deletes an instance whose name can't be read. */
function isGoingUnnamed({ type, action, retained, before }: PlannedChange, definition: PlannedDefinition): boolean {
  const api = customApi(type);
  if (!api || !before || action !== "delete" || retained) return false;
  return makes({ ...definition, after: undefined }, api) && identitiesOf(before, api).length === 0;
}

/** Instances that others own, in the order of their names, and words for those that may be within own ones. */
async function othersOf(
  definition: PlannedDefinition,
  told: ReadonlySet<string>,
  { cluster, owned, listed, plan, wording }: Search,
  note: (text: string) => void,
): Promise<{ readonly others: readonly Instance[]; readonly hidden: readonly string[] }> {
  const { name, before } = definition;
  const unsought = (why: string) => {
    note(`Of the RGD ${name}, ${wording.otherInstances} were not looked for: ${why}.`);
    return { others: [], hidden: [] };
  };
  if (owned.mayBeAny(instanceGvk(before!))) return unsought("the name or namespace of an own one is secret");
  const others: Instance[] = [];
  const hidden: Surroundings[] = [];
  try {
    for (const instance of await listed.instancesOf(definition)) {
      if (owned.titleOf(instance) !== undefined || told.has(identityOf(instance))) continue;
      const around = mayHaveSecrets(plan) ? await listed.ownAround(instance) : undefined;
      if (around) hidden.push(around);
      else others.push(instance);
    }
  } catch (error) {
    return unsought((error as Error).message);
  }
  note(
    hidden.length === 0
      ? `Of the RGD ${name}, ${others.length} other instances are in ${cluster.title}.`
      : `Of the RGD ${name}, other instances in ${cluster.title}: ${others.length} told, ${hidden.length} not looked at.`,
  );
  return {
    others: others.toSorted((a, b) => byName(namespacedName(a.metadata), namespacedName(b.metadata))),
    hidden: hiddenOnes(hidden, wording, (text) => note(`Of the RGD ${name}, ${text}.`)),
  };
}

/** Words for instances that are not shown, by what is around them. */
function hiddenOnes(hidden: readonly Surroundings[], { own }: Wording, note: (text: string) => void): string[] {
  const known = hidden.flatMap((one) => ("own" in one ? one.own : []));
  const outer = [...new Set(known)].sort(byName);
  const lost = hidden.flatMap((one) => ("lost" in one ? one.lost : []));
  const unseen = (many: number, where = "") =>
    `${count(many, "instance")}${where} ${many > 1 ? "were" : "was"} not looked at`;
  if (known.length > 0) {
    const why = `of what is within ${own} own instances, nothing is shown that only the cluster has`;
    note(`${unseen(known.length, ` within ${list(outer, NAMED)}`)}: ${why}`);
  }
  for (const why of new Set(lost)) {
    const many = lost.filter((one) => one === why).length;
    note(`${unseen(many)}: ${why}, so that ${many > 1 ? "they" : "it"} may be within one of ${own} own`);
  }
  return [
    ...outer.map((one) => `what is within ${one}`),
    ...(lost.length > 0 ? [`${count(lost.length, "instance")} within others`] : []),
  ];
}

/** Of own instances in a sentence, so many are named. */
const NAMED = 3;
