import type { Plan } from "../pulumi/plan.ts";
import type { Wording } from "../subject.ts";
import { type Api, type DefinitionSource, makes, NotTaken, type PlannedDefinition } from "./definitions.ts";
import { customApi, instanceChanges } from "./instances.ts";
import { nodeKinds } from "./known.ts";

/** The search for the RGD of a type of custom resources. */
export interface Lookup {
  /** Pulumi's, such as `kubernetes:kro.run/v1alpha1:CartsStack`. */
  readonly type: string;
  /** It is of children that RGDs make. */
  readonly isNested?: boolean;
  /** Undefined where no source has one. */
  readonly definition?: PlannedDefinition;
  /** Where it is. */
  readonly source?: DefinitionSource;
  /** Those that were asked before: they have none, or there is a problem with them, a sentence without its stop. */
  readonly others: readonly { readonly source: DefinitionSource; readonly problem?: string }[];
}

/**
 * Looks for the RGDs of custom resources that none of the plan's own makes: of those in the plan, and of those that RGDs
 * make, to any depth.
 *
 * @param sources - in the order in which they are asked. Each is asked once for each type, until one has the RGD.
 */
export async function lookUpDefinitions(
  { changes }: Plan,
  own: readonly PlannedDefinition[],
  sources: readonly DefinitionSource[],
): Promise<Lookup[]> {
  const lookups: Lookup[] = [];
  let types = new Set(instanceChanges(changes, own).possible.map(({ type }) => type));
  for (let isNested = false; types.size > 0 || !isNested; isNested = true) {
    lookups.push(
      ...(await Promise.all([...types].map(async (type) => ({ ...(await lookUp(type, sources)), isNested })))),
    );
    const known = [...own, ...lookups.flatMap(({ definition }) => definition ?? [])];
    const asked = new Set(lookups.map(({ type }) => type));
    const wanted = known.flatMap(nodeKinds).flatMap((api) => (isMade(api, known) ? [] : (possibleType(api) ?? [])));
    types = new Set(wanted.filter((type) => !asked.has(type)));
  }
  return lookups;
}

const isMade = (api: Api, known: readonly PlannedDefinition[]): boolean => known.some((one) => makes(one, api));

/** Pulumi's type of a custom resource that an RGD may make; AWS's controllers have kinds of their own. */
function possibleType({ apiVersion, kind }: Api): string | undefined {
  const type = `kubernetes:${apiVersion}:${kind}`;
  return customApi(type) && !/\.services\.k8s\.aws\//.test(apiVersion) ? type : undefined;
}

async function lookUp(type: string, sources: readonly DefinitionSource[]): Promise<Lookup> {
  const others: { source: DefinitionSource; problem?: string }[] = [];
  for (const source of sources) {
    try {
      const definition = await source.find(customApi(type)!);
      if (definition) return { type, definition, source, others };
      others.push({ source });
    } catch (error) {
      const { message } = error as Error;
      const problem = error instanceof NotTaken ? message : `${source.title} could not be asked: ${message}`;
      others.push({ source, problem });
    }
  }
  return { type, others };
}

/**
 * What a reader must know of a search: that the RGD may be another one in the cluster, or was not found.
 *
 * @param unread - the plan has RGDs that can't be read.
 */
export function lookupNote(
  { type, definition, source, others }: Lookup,
  unread: boolean,
  { here, own, option, kindText }: Wording,
): string | undefined {
  const problems = others.flatMap(({ problem }) => problem ?? []);
  if (!definition) {
    const live = others.find(({ source }) => source.isLive);
    // It is no instance, then, unless its RGD is still to come.
    if (live && live.problem === undefined) return undefined;
    const why = problems.join(", and ") || `none of ${own} RGDs makes it; others take --cluster or ${option}`;
    return `Whether kro makes anything of ${kindText(type)} was not looked at: ${why}.`;
  }
  if (source?.isLive) return undefined;
  const reasons = others.map(({ source: { title }, problem }) =>
    problem === undefined ? `as ${title} has none` : `because ${problem}`,
  );
  if (!others.some(({ source }) => source.isLive)) reasons.push("not the cluster's, which takes --cluster");
  const lack = unread ? `is not among those of ${here} that can be read` : `is not in ${here}`;
  return `The RGD ${definition.name} ${lack}: ${source!.title}'s own was taken, ${reasons.join(", ")}.`;
}
