import { type Instance, identityOf, instanceGvk, namespacedName, render, type Value } from "../../kro/index.ts";
import { attempt } from "../attempt.ts";
import { byName } from "../byName.ts";
import type { ChildChange, ChildRule } from "../changes.ts";
import type { Side } from "../conceal.ts";
import { diff } from "../diff.ts";
import type { WithServer } from "../makeReport.ts";
import type { PlannedChange } from "../pulumi/plan.ts";
import type { InstanceChildChange } from "../report.ts";
import type { Sharing } from "../sharing.ts";
import type { Wording } from "../subject.ts";
import type { Cluster } from "./cluster.ts";
import { makes, type PlannedDefinition } from "./definitions.ts";
import { type InstanceEffect, instanceChanges, placeOf } from "./instances.ts";
import { affected, type KnownSides, unseenNotes } from "./known.ts";

/** What the change of an RGD does to an instance that the stack doesn't own. */
export interface OtherEffect {
  /** `namespace/name`. */
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
  /** All that the stack owns: of an instance that can't be read, what the cluster has may give a secret away. */
  readonly changes: readonly PlannedChange[];
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
  const { definitions, own, cluster, wording } = options;
  const changing = affected(definitions);
  if (changing.length > 0 && !cluster) {
    const names = changing.map(({ name }) => name).join(", ");
    note(
      `Of the RGD${changing.length > 1 ? "s" : ""} ${names}, ${wording.otherInstances} were not looked for: that takes --cluster.`,
    );
  }
  if (!cluster) return [];
  const told = new Set(own.flatMap(({ children }) => children).flatMap(titlesIn));
  const all: OtherEffect[] = [];
  // The outer ones come first: what is within them is told then.
  for (const definition of changing) {
    const effects = await effectsOf(definition, told, { ...options, cluster }, note);
    for (const { children } of effects) for (const title of children.flatMap(titlesIn)) told.add(title);
    all.push(...effects);
  }
  return all;
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

async function effectsOf(
  definition: PlannedDefinition,
  told: ReadonlySet<string>,
  {
    known,
    changes,
    cluster,
    rules,
    wording: { otherInstances, whose },
    sharing,
    withServer,
  }: OtherOptions & { readonly cluster: Cluster },
  note: (text: string) => void,
): Promise<OtherEffect[]> {
  const { name, before, after } = definition;
  let instances: readonly Instance[];
  try {
    instances = await cluster.instancesOf(before!);
  } catch (error) {
    note(`Of the RGD ${name}, ${otherInstances} were not looked for: ${(error as Error).message}.`);
    return [];
  }
  const changing = instanceChanges(changes, [definition]).known.map(({ change }) => change);
  const placesOf = (side: Side) => changing.flatMap((one) => (one[side] ? [placeOf(one[side], definition)] : []));
  const there = placesOf("before");
  if (there.includes(undefined)) {
    note(`Of the RGD ${name}, ${otherInstances} were not looked for: the name or namespace of an own one is secret.`);
    return [];
  }
  const owned = new Set([...there, ...placesOf("after")]);
  const others = instances
    .filter((instance) => !owned.has(namespacedName(instance.metadata)) && !told.has(identityOf(instance)))
    .toSorted((a, b) => byName(namespacedName(a.metadata), namespacedName(b.metadata)));
  note(`Of the RGD ${name}, ${others.length} other instances are in ${cluster.title}.`);
  const abandoned = !after || !makes({ ...definition, before: undefined }, instanceGvk(before!));
  const effects: OtherEffect[] = [];
  for (const instance of others) {
    const id = namespacedName(instance.metadata);
    if (abandoned) {
      effects.push({ id, definition, abandoned, children: [] });
      continue;
    }
    const earlier = attempt(() => render(before!, instance, known.before));
    const later = attempt(() => render(after, instance, known.after));
    if (later instanceof Error || earlier instanceof Error) {
      const problem = (later instanceof Error ? later : earlier) as Error;
      note(`What kro makes of ${id}, ${whose}, can't be told: ${problem.message}.`);
      effects.push({ id, definition, abandoned, children: [] });
      continue;
    }
    for (const text of unseenNotes(later.children)) note(text);
    const children = diff(...(await withServer(earlier, later)), { rules });
    effects.push({ id, definition, abandoned, children: sharing.children(children, id, true) });
  }
  return effects;
}
