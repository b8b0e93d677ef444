import type { PolicyResource } from "@pulumi/policy";
import { KnownAfterApply, type KubernetesObject, render, titleOf, type Value } from "../packages/kro/index.ts";
import {
  attempt,
  everyChild,
  type Inputs,
  instanceChanges,
  type Plan,
  type PlannedChange,
  plannedDefinitions,
  plannedInstances,
} from "../packages/kro-preview/index.ts";

/** What kro makes of a stack's instances. */
export interface Children {
  readonly children: readonly { readonly object: KubernetesObject; readonly title: string; readonly urn: string }[];
  /** What was not looked at, and why: sentences. */
  readonly notes: readonly string[];
}

/** What {@link childrenOf} makes of resources, remembered: each policy is given the same ones anew. */
export function rememberedChildren(): (resources: readonly PolicyResource[]) => Children {
  let last: { readonly key: string; readonly children: Children } | undefined;
  return (resources) => {
    const changes = resources.filter(({ type }) => type.startsWith("kubernetes:")).map(toChange);
    const key = JSON.stringify(changes);
    if (last?.key !== key) last = { key, children: childrenOf(changes) };
    return last.children;
  };
}

/** What kro will make of the instances among a stack's resources, by the RGDs among them. */
function childrenOf(changes: readonly PlannedChange[]): Children {
  const notes: string[] = [];
  const note = (text: string) => notes.push(text);
  const plan: Plan = { project: "", stack: "", changes };
  const definitions = plannedDefinitions(plan, note);
  for (const { type, name } of instanceChanges(plan.changes, definitions).possible) {
    note(`Whether kro makes anything of ${name} was not looked at: no RGD of this stack makes a ${type}.`);
  }
  const known = { definitions: definitions.flatMap((one) => one.after ?? []) };
  const children = plannedInstances(plan, definitions, note).flatMap(({ id, change, definition, after }) => {
    const rendering = attempt(() => render(definition.after!, after!, known));
    if (!(rendering instanceof Error)) {
      return everyChild(rendering.children).map(({ object }) => ({ object, title: titleOf(object), urn: change.urn }));
    }
    note(`What kro makes of ${id} can't be told: ${rendering.message}.`);
    return [];
  });
  return { children, notes };
}

const toChange = ({ urn, type, name, props }: PolicyResource): PlannedChange => ({
  ...{ urn, type, name, action: "create", before: undefined, after: plain(props) as Inputs },
  ...{ changed: [], retained: false, imported: false },
});

/** A resource's properties as values. The SDK throws where one is asked for that isn't known yet. */
function plain(value: unknown): Value {
  if (Array.isArray(value)) return Array.from(value.keys(), (i) => known(() => value[i]));
  if (typeof value !== "object" || value === null) return (value ?? null) as Value;
  const fields = value as { readonly [key: string]: unknown };
  return Object.fromEntries(Object.keys(fields).map((key) => [key, known(() => fields[key])]));
}

function known(read: () => unknown): Value {
  let value: unknown;
  try {
    value = read();
  } catch {
    return new KnownAfterApply("an output of this stack");
  }
  return plain(value);
}
