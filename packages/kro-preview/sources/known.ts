import { isDeepStrictEqual } from "node:util";
import { didYouMean } from "../../console/index.ts";
import {
  type Child,
  type Crds,
  crdSchemas,
  type Definition,
  type DefinitionResource,
  groupOf,
  instanceGvk,
  isKnownKind,
  type Known,
} from "../../kro/index.ts";
import type { Cluster } from "./cluster.ts";
import { type Api, makes, ownIn, type PlannedDefinition } from "./definitions.ts";
import { meantApi } from "./strays.ts";

/** What kinds are known before a change, and after it. */
export interface KnownSides {
  readonly before: Known;
  readonly after: Known;
  /** An RGD changes that kro has: where none does, no default changes either. */
  readonly isChanging: boolean;
}

/** RGDs of a plan and of sources, as each side has them. Of one that comes or goes, nothing else is known. */
export const knownSides = (definitions: readonly PlannedDefinition[], crds: Crds): KnownSides => ({
  before: { definitions: definitions.flatMap(({ before, after }) => before ?? after ?? []), crds },
  after: { definitions: definitions.flatMap(({ before, after }) => after ?? before ?? []), crds },
  isChanging: definitions.some(isChanging),
});

/** The kinds of an RGD's nodes, each once. */
export function nodeKinds({ before, after }: PlannedDefinition): Api[] {
  const kinds = new Map<string, Api>();
  for (const resource of [before, after].flatMap((side) => side?.spec.resources ?? [])) {
    const { apiVersion, kind } = objectOf(resource);
    if (typeof apiVersion !== "string" || typeof kind !== "string") continue;
    kinds.set(`${apiVersion} ${kind}`, { apiVersion, kind });
  }
  return [...kinds.values()];
}

const objectOf = (resource: DefinitionResource | null): { readonly [key: string]: unknown } =>
  resource?.template ?? resource?.externalRef ?? {};

/** The RGDs whose instances are within those of one, to any depth; with itself where it is within its own. */
export function within(definition: PlannedDefinition, all: readonly PlannedDefinition[]): Set<PlannedDefinition> {
  const found = new Set<PlannedDefinition>();
  const visit = (one: PlannedDefinition): void => {
    for (const api of nodeKinds(one)) {
      for (const inner of all.filter((other) => makes(other, api) && !found.has(other))) {
        found.add(inner);
        visit(inner);
      }
    }
  };
  visit(definition);
  return found;
}

/** Whether a plan changes an RGD that kro has. */
const isChanging = ({ change, before, after }: PlannedDefinition): boolean =>
  before !== undefined &&
  change !== undefined &&
  change.action !== "same" &&
  (after !== undefined || change.action === "delete");

/** Whether a kind is that of an RGD whose schema a plan makes another: it is served otherwise today than after that. */
export function changingApis(all: readonly PlannedDefinition[]): (api: Api) => boolean {
  const changing = all.filter(
    ({ change, before, after }) => change && !isDeepStrictEqual(before?.spec.schema, after?.spec.schema),
  );
  return (api) => changing.some((one) => makes(one, api));
}

/**
 * Whether a kind is, or may be, that of an RGD which can't be read in a plan, before it or after it. Undefined where each can be.
 *
 * @param own - the plan's.
 */
export function unreadApis(own: readonly PlannedDefinition[], known: Known): ((api: Api) => boolean) | undefined {
  const unread = own.filter(({ change, before, after }) => (change?.before && !before) || (change?.after && !after));
  if (unread.length === 0) return undefined;
  return (api) => !isKnownKind(known, api.apiVersion, api.kind) || unread.some((one) => makes(one, api));
}

/** The RGDs that a plan changes, and those whose instances hold instances of such a one; outer ones first. */
export function affected(all: readonly PlannedDefinition[]): PlannedDefinition[] {
  const inner = new Map(all.map((definition) => [definition, within(definition, all)]));
  return all
    .filter((one) => isChanging(one) || (one.before && [...inner.get(one)!].some(isChanging)))
    .toSorted((a, b) => inner.get(b)!.size - inner.get(a)!.size);
}

/** Of two RGDs that make the same API, kro has one: of the plan's own, that which was there before. */
function withoutTwins(definitions: readonly PlannedDefinition[]): PlannedDefinition[] {
  const kept = new Map<string, PlannedDefinition>();
  for (const one of definitions) {
    const key = keyOf((one.after ?? one.before)!);
    const twin = kept.get(key);
    if (!twin || (one.change && one.before && !twin.before)) kept.set(key, one);
  }
  return definitions.filter((one) => [...kept.values()].includes(one));
}

const keyOf = (definition: Definition): string => {
  const { apiVersion, kind } = instanceGvk(definition);
  return `${apiVersion} ${kind}`;
};

/** RGDs with those of the cluster, but for the plan's own, whose instances may hold instances of one that changes. */
export async function withOuter(
  definitions: readonly PlannedDefinition[],
  cluster: Cluster | undefined,
  note: (text: string) => void,
): Promise<PlannedDefinition[]> {
  const readable = definitions.filter(({ before, after }) => before || after);
  if (!cluster?.definitions || !readable.some(isChanging)) return withoutTwins(readable);
  try {
    const isOwn = ownIn(definitions);
    return withoutTwins([...readable, ...(await cluster.definitions()).filter((one) => !isOwn(one))]);
  } catch (error) {
    note(`Whether RGDs in ${cluster.title} make instances of those was not looked at: ${(error as Error).message}.`);
    return withoutTwins(readable);
  }
}

/**
 * CRDs of a cluster, of the kinds that RGDs make or read and of which nothing is known. None that kro wrote of an RGD: where that
 * can't be read in the plan, they have the text of what is secret in it.
 */
export async function missingCrds(
  definitions: readonly PlannedDefinition[],
  crds: Crds,
  cluster: Cluster | undefined,
  note: (text: string) => void,
): Promise<readonly unknown[]> {
  const { after } = knownSides(definitions, crds);
  const kinds = definitions.flatMap(nodeKinds).filter((kind) => !isKnownKind(after, kind.apiVersion, kind.kind));
  if (kinds.length === 0 || !cluster?.crdsOf) return [];
  try {
    const each = [...new Map(kinds.map((kind) => [`${kind.apiVersion} ${kind.kind}`, kind])).values()];
    return (await cluster.crdsOf(each)).filter((crd) => !isOfKro(crd));
  } catch (error) {
    note(`CRDs of ${cluster.title} were not read: ${(error as Error).message}.`);
    return [];
  }
}

/** The kinds of CRDs that kro did not write: no RGD makes them. By Pulumi's types. */
export function typesWithoutKro(crds: readonly unknown[]): Set<string> {
  const kinds = crdSchemas(crds.filter((crd) => !isOfKro(crd))).keys();
  return new Set([...kinds].map((kind) => `kubernetes:${kind.replace(" ", ":")}`));
}

const isOfKro = (crd: unknown): boolean =>
  (crd as { metadata?: { labels?: Readonly<Record<string, unknown>> } } | null)?.metadata?.labels?.[OWNED] === "true";

/** kro's label on what it writes. */
const OWNED = "kro.run/owned";

/**
 * That nothing is known of some kinds; undefined where there is none.
 *
 * @param crds - what makes CRDs known: options.
 */
export function openKindsNote(kinds: readonly Api[], known: Known, crds: string): string | undefined {
  const open = kinds.filter(({ apiVersion, kind }) => !isKnownKind(known, apiVersion, kind));
  if (open.length === 0) return undefined;
  const apis = [
    ...(known.definitions ?? []).map(instanceGvk),
    ...[...(known.crds ?? new Map()).keys()].map((key) => {
      const [apiVersion, kind] = key.split(" ");
      return { apiVersion: apiVersion!, kind: kind! };
    }),
  ];
  const titleOf = (api: Api): string => {
    const near = apis.filter(({ apiVersion }) => isSameOrNear(groupOf(api.apiVersion), groupOf(apiVersion)));
    return `${api.kind} (${api.apiVersion})${meantApi(api, near)}`;
  };
  const titles = [...new Set(open.map(titleOf))].sort();
  return `Of ${titles.join(", ")} no CRD or RGD is known: fields are not checked, and each counts as having a namespace. CRDs take ${crds}.`;
}

const isSameOrNear = (group: string, other: string): boolean => didYouMean(group, [other]) !== "";

/** What was not evaluated of an instance's children, and why what kro makes of instances within it was not looked at. */
export const unseenNotes = (children: readonly Child[]): string[] =>
  children.flatMap(({ node, object, notes = [], unseen, nested }) => [
    ...notes.map((text) => `Node ${node}: ${text}.`),
    ...(unseen === undefined
      ? []
      : [`What kro makes of ${object.kind} (${object.apiVersion}) was not looked at: ${unseen}.`]),
    ...unseenNotes(nested?.children ?? []),
  ]);
