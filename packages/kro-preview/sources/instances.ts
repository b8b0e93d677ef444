import { type Instance, KnownAfterApply, namespacedName, Secret, type Value } from "../../kro/index.ts";
import type { Plan, PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import type { InstanceChildChange } from "../report.ts";
import { type Api, MASKED, makes, type PlannedDefinition } from "./definitions.ts";

/** An instance of an RGD in a plan. */
export interface PlannedInstance {
  /** `namespace/name`. */
  readonly id: string;
  readonly change: PlannedChange;
  readonly definition: PlannedDefinition;
  readonly before: Instance | undefined;
  readonly after: Instance | undefined;
}

/** What kro makes of one of the stack's instances. */
export interface InstanceEffect {
  readonly instance: PlannedInstance;
  readonly children: readonly InstanceChildChange[];
  /** What the changed RGD's schema has against the instance, which stays as it is: its children are those of before. */
  readonly refused?: readonly string[];
}

/** Which of some changes are about instances. */
export interface InstanceChanges<T> {
  /** Instances of the RGDs that were given. */
  readonly known: readonly { readonly change: T; readonly definition: PlannedDefinition }[];
  /** Custom resources that none of them makes. Each may be an instance of another RGD, or have nothing to do with kro. */
  readonly possible: readonly T[];
}

/**
 * Which changes of a plan are about instances.
 *
 * @param changes - of which Pulumi's `type` is read, such as `kubernetes:kro.run/v1alpha1:CartsStack`.
 */
export function instanceChanges<T extends { readonly type: string }>(
  changes: readonly T[],
  definitions: readonly PlannedDefinition[],
): InstanceChanges<T> {
  const sorted = changes.map((change) => {
    const api = customApi(change.type);
    return { change, api, definition: api && definitions.find((one) => makes(one, api)) };
  });
  return {
    known: sorted.flatMap(({ change, definition }) => (definition ? [{ change, definition }] : [])),
    possible: sorted.flatMap(({ change, api, definition }) => (api && !definition ? [change] : [])),
  };
}

/** kro's own kinds, none of which is an instance. */
const KRO_KINDS = ["ResourceGraphDefinition", "GraphRevision"];

/**
 * The API of a custom resource, by Pulumi's type; undefined for any other type. The group of a custom resource has a dot,
 * and these domains are kept for Kubernetes' own kinds: the API server sees to both.
 *
 * @see https://kubernetes.io/docs/reference/using-api/#api-groups
 */
export function customApi(type: string): Api | undefined {
  const [, group, version, kind] = /^kubernetes:([^/:]+\.[^/:]+)\/([^/:]+):([^:]+)$/.exec(type) ?? [];
  if (group === undefined || /(^|\.)(k8s|kubernetes)\.io$/.test(group)) return undefined;
  // Pulumi's own resource, which stands for a chart.
  if (group === "helm.sh") return undefined;
  if (/^(internal\.)?kro\.run$/.test(group) && KRO_KINDS.includes(kind!)) return undefined;
  return { apiVersion: `${group}/${version}`, kind: kind! };
}

/**
 * The instances of a plan, of each of the given RGDs.
 *
 * @param note - called with a sentence for each that can't be looked at.
 */
export function plannedInstances(
  { changes }: Plan,
  definitions: readonly PlannedDefinition[],
  note: (text: string) => void,
): PlannedInstance[] {
  return instanceChanges(changes, definitions).known.flatMap(({ change, definition }): PlannedInstance[] => {
    const [before, after] = [change.before, change.after].map((inputs) => inputs && toInstance(inputs, definition));
    const problem = [before, after].find((side) => typeof side === "string");
    const why = change.masked ? `${problem}: ${MASKED}` : problem;
    if (problem !== undefined) note(`What kro makes of ${change.name} was not looked at: ${why}.`);
    if (typeof before === "string" || typeof after === "string") return [];
    const id = namespacedName((after ?? before)!.metadata);
    // Thousands have the same text twice.
    return [new Planned(id === change.name ? change.name : id, change, definition)];
  });
}

/** Reads its sides when it is asked for them: what a change keeps of them may be much less than they are. */
class Planned implements PlannedInstance {
  readonly id: string;
  readonly change: PlannedChange;
  readonly definition: PlannedDefinition;

  constructor(id: string, change: PlannedChange, definition: PlannedDefinition) {
    this.id = id;
    this.change = change;
    this.definition = definition;
  }

  get before(): Instance | undefined {
    return this.#side(this.change.before);
  }

  get after(): Instance | undefined {
    return this.#side(this.change.after);
  }

  #side(inputs: Inputs | undefined): Instance | undefined {
    return inputs && (toInstance(inputs, this.definition) as Instance);
  }
}

/** Where an instance is: `namespace/name`; undefined where that is secret, or known only after the update. */
function placeOf(inputs: Inputs, definition: PlannedDefinition): string | undefined {
  const { name, namespace } = metadataOf(inputs, definition);
  const isKnown = [name, namespace ?? ""].every((text) => typeof text === "string");
  return isKnown ? namespacedName({ name: name!, namespace }) : undefined;
}

function metadataOf({ metadata }: Inputs, { before, after }: PlannedDefinition) {
  const { name, namespace, labels, annotations } = (metadata ?? {}) as { readonly [key: string]: Value };
  const isNamespaced = (after ?? before)!.spec.schema.scope !== "Cluster";
  return { name, namespace: isNamespaced ? (namespace ?? "default") : undefined, labels, annotations };
}

/** The instance that inputs declare, or why they can't be read. */
function toInstance(inputs: Inputs, definition: PlannedDefinition): Instance | string {
  const { apiVersion, kind, spec } = inputs;
  if (![apiVersion, kind].every((text) => typeof text === "string") || placeOf(inputs, definition) === undefined) {
    return "its name or namespace is secret, or known only after the update";
  }
  if (spec instanceof KnownAfterApply || spec instanceof Secret)
    return "its spec is secret, or known only after the update";
  return { apiVersion, kind, metadata: metadataOf(inputs, definition), spec } as unknown as Instance;
}
